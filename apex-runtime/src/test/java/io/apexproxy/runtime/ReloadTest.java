package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static io.apexproxy.runtime.ReloadFixture.weighted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.test.Bytes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The effects of a reload, and the state that it preserves. */
class ReloadTest {

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    @Test
    void unchangedPartsKeepSocketHealthCountersAndConnections() throws IOException {
        apex.start(WEB + pool(a));
        InetSocketAddress address = apex.address("web");
        try (Conversation open = apex.connect()) {
            assertThat(open.ask()).isEqualTo("a");
            Snapshot.BackendView before = apex.backend(a);

            apex.reload(WEB + pool("connect_timeout = \"1s\"", a, b));
            assertThat(apex.address("web")).isEqualTo(address);
            assertThat(open.ask()).isEqualTo("a");
            Snapshot.BackendView after = apex.backend(a);

            assertThat(after.since()).isEqualTo(before.since());
            assertThat(after.connected()).isEqualTo(1);
            assertThat(after.connections()).isEqualTo(1);
            assertThat(apex.log.lines()).filteredOn(line -> line.contains("Configuration changed")).containsExactly(
                    "INFO Configuration changed: pools: ~web (+" + b.address() + ", connect_timeout)");
        }
    }

    @Test
    void reloadCallsTheBalancerOnlyIfBackendsChange() {
        apex.start(WEB + pool("load_balancer = \"scripted\"", a));
        assertThat(apex.balancer.asked()).isOne();

        apex.reload(WEB + pool("load_balancer = \"scripted\"\nconnect_timeout = \"1s\"", a));
        apex.reload(WEB + pool("load_balancer = \"scripted\"\nconnect_timeout = \"1s\"", a, b));
        await().untilAsserted(() -> assertThat(apex.balancer.asked()).isEqualTo(2));
    }

    @Test
    void replacedBalancerIsClosedAfterItsLastPick() {
        apex.start(WEB + pool("load_balancer = { provider = \"scripted\", variant = \"one\" }", a, b));
        await().until(() -> apex.balancer.offered() == 2);
        apex.awaitOnly("a");
        apex.balancer.over(healthy -> connection -> healthy.get(1));

        apex.reload(WEB + pool("load_balancer = { provider = \"scripted\", variant = \"two\" }", a, b));

        await().untilAsserted(() -> assertThat(apex.ask()).isEqualTo("b"));
        await().untilAsserted(() -> assertThat(apex.balancer.open()).isOne());
        assertThat(apex.balancer.lateCalls()).isZero();
    }

    @Test
    void replacedHealthCheckKeepsVerdicts() {
        apex.start(WEB + pool(a));
        Snapshot.BackendView before = apex.backend(a);

        apex.reload((WEB + pool(a)).replace("provider = \"scripted\"", "provider = \"scripted\", variant = \"two\""));

        await().untilAsserted(() -> assertThat(apex.health.open()).isOne());
        assertThat(apex.backend(a).since()).isEqualTo(before.since());
        assertThat(apex.ask()).isEqualTo("a");
    }

    @Test
    void pluginThatBlocksInCloseDoesNotDelayTheReload() {
        apex.start(WEB + pool(a, b));
        apex.health.hangOnClose();

        apex.reload((WEB + pool(b)).replace("provider = \"scripted\"", "provider = \"scripted\", variant = \"two\""));

        assertThat(apex.health.open()).as("open health checks, including the one that blocks in close").isEqualTo(2);
        apex.awaitOnly("b");
    }

    @Test
    void replacingAllBackendsRefusesNoConnection() throws Exception {
        NamedServer slow = apex.server("slow");
        CompletableFuture<HealthResult> verdict = new CompletableFuture<>();
        apex.health.on(slow, any -> verdict);
        apex.start(WEB + pool(a));
        try (Conversation open = apex.connect()) {
            assertThat(open.ask()).isEqualTo("a");

            apex.reload(WEB + pool(slow));
            assertThat(apex.ask(3)).containsOnly("a");
            verdict.complete(HealthResult.healthy());

            await().untilAsserted(() -> assertThat(apex.ask()).isEqualTo("slow"));
            assertThat(apex.ask(3)).containsOnly("slow");
            assertThat(open.ask()).isEqualTo("a");
        }
    }

    @Test
    void drainingTheOnlyBackendForANewOneRefusesNoConnection() {
        NamedServer slow = apex.server("slow");
        CompletableFuture<HealthResult> verdict = new CompletableFuture<>();
        apex.health.on(slow, any -> verdict);
        apex.start(WEB + pool(a));

        apex.reload(WEB + pool(weighted(a, 0), slow));
        assertThat(apex.ask(3)).containsOnly("a");
        verdict.complete(HealthResult.healthy());

        await().untilAsserted(() -> assertThat(apex.ask()).isEqualTo("slow"));
    }

    @Test
    void backendAddedAgainBeforeItsReplacementKeepsItsState() {
        NamedServer slow = apex.server("slow");
        apex.health.on(slow, any -> new CompletableFuture<>());
        apex.start(WEB + pool(a));
        apex.ask();
        Snapshot.BackendView before = apex.backend(a);

        apex.reload(WEB + pool(slow));
        apex.reload(WEB + pool(a));

        assertThat(apex.backend(a).since()).isEqualTo(before.since());
        assertThat(apex.backend(a).connected()).isOne();
        assertThat(apex.ask()).isEqualTo("a");
    }

    @Test
    void removedBackendKeepsItsConnectionsAndReceivesNoNewOnes() throws IOException {
        apex.startWithAll(WEB + pool(a, b));
        try (Conversation one = apex.connect(); Conversation other = apex.connect()) {
            Set<String> served = new HashSet<>(List.of(one.ask(), other.ask()));
            assertThat(served).containsExactlyInAnyOrder("a", "b");

            apex.reload(WEB + pool(b));

            assertThat(apex.ask(10)).containsOnly("b");
            assertThat(Set.of(one.ask(), other.ask())).containsExactlyInAnyOrder("a", "b");
        }
    }

    @Test
    void weightZeroDrainsABackend() throws IOException {
        apex.startWithAll(WEB + pool(a, b));
        try (Conversation one = apex.connect(); Conversation other = apex.connect()) {
            assertThat(Set.of(one.ask(), other.ask())).containsExactlyInAnyOrder("a", "b");

            apex.reload(WEB + pool(weighted(a, 0), b));

            assertThat(apex.ask(10)).containsOnly("b");
            assertThat(Set.of(one.ask(), other.ask())).containsExactlyInAnyOrder("a", "b");
        }
    }

    @Test
    void changedWeightsApplyExactly() {
        apex.start(WEB + pool(a, b));

        apex.reload(WEB + pool(weighted(a, 3), b));

        await().untilAsserted(() -> {
            List<String> served = apex.ask(8);
            assertThat(served).filteredOn("a"::equals).hasSize(6);
        });
    }

    @Test
    void renamedPoolKeepsServing() throws IOException {
        apex.start(WEB + pool(a));
        try (Conversation open = apex.connect()) {
            assertThat(open.ask()).isEqualTo("a");

            apex.reload(WEB.replace("pool = \"web\"", "pool = \"app\"") + pool(a).replace("pools.web", "pools.app"));

            assertThat(open.ask()).isEqualTo("a");
            assertThat(apex.ask(3)).containsOnly("a");
            await().untilAsserted(() -> assertThat(apex.health.open()).isOne());
        }
    }

    @Test
    void keysThatNeedARestartAreLoggedUntilReverted() {
        apex.start(WEB + pool(a));

        apex.reload(WEB.replace("threads = 2", "threads = 3") + pool(a));
        apex.reload(WEB.replace("threads = 2", "threads = 3") + pool(b));
        apex.reload(WEB + pool(b));

        assertThat(apex.log.lines()).filteredOn(line -> line.contains("Configuration ")).containsExactly(
                "INFO Configuration changed: restart needed for: threads",
                "INFO Configuration changed: pools: ~web (+" + b.address() + ", -" + a.address() + ")"
                        + "; restart needed for: threads",
                "INFO Configuration read again: nothing changed");
    }

    @Test
    void closeInterruptsAReloadThatWaitsForAVerdict() throws Exception {
        NamedServer slow = apex.server("slow");
        apex.health.on(slow, any -> new CompletableFuture<>());
        apex.start(WEB + pool("load_balancer = \"scripted\"", a));
        apex.write(WEB.replace("pool = \"web\"", "pool = \"app\"")
                + pool("load_balancer = \"scripted\"", slow).replace("pools.web", "pools.app"));
        CompletableFuture<Void> reload = Bytes.async(() -> {
            apex.proxy().reload();
            return null;
        });
        await().until(() -> apex.health.open() == 2);

        CompletableFuture<Void> end = Bytes.async(() -> {
            apex.proxy().close();
            return null;
        });
        await().atMost(Duration.ofSeconds(3)).until(() -> apex.ask().contains("refused"));
        CompletableFuture.allOf(reload, end).get(30, TimeUnit.SECONDS);

        await().until(() -> apex.health.open() == 0 && apex.balancer.open() == 0);
        assertThat(apex.log.lines()).noneMatch(line -> line.startsWith("ERROR"));
    }

    static Stream<String> mistakes() {
        return Stream.of(
                "[[[ not toml",
                "",
                WEB + "[pools.web]\nbackends = [\"127.0.0",
                WEB + pool("unknown_key = 1", "127.0.0.1:9"),
                WEB + pool("connect_timeout = 5", "127.0.0.1:9"),
                WEB + pool("load_balancer = \"missing\"", "127.0.0.1:9"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakeRejectsAReloadAndFailsAStart(String toml) {
        apex.start(WEB + pool(a));

        apex.reload(toml);

        assertThat(apex.log.count("ERROR Configuration not changed")).isGreaterThanOrEqualTo(1);
        assertThat(apex.ask(2)).containsOnly("a");
        try (ReloadFixture other = new ReloadFixture()) {
            assertThatThrownBy(() -> other.start(toml)).hasMessageContaining("config.toml");
        }
    }

    @Test
    void allMistakesAreReportedAtOnce() {
        apex.write("threads = 0\n" + WEB.replace("threads = 2\n", "")
                + pool("load_balancer = \"missing\"\nconnect_timeout = 5", "127.0.0.1:9")
                        .replace("provider = \"scripted\"", "provider = \"scripted\", typo = 1"));

        assertThatThrownBy(apex::start).hasMessageContainingAll("threads: expected",
                "no provider 'missing'", "connect_timeout: expected a duration", "unknown key 'typo'");
        assertThat(apex.health.open()).isZero();
    }
}

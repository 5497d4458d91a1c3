package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.ask;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static io.apexproxy.runtime.ReloadFixture.weighted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.runtime.snapshot.Snapshot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a reload touches, and what it does not. */
class ReloadTest {

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    @Test
    void whatDoesNotChangeKeepsSocketHealthCountersAndConnections() throws IOException {
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
    void aReloadWithoutAChangeDoesNotAskTheBalancerAgain() {
        apex.start(WEB + pool("load_balancer = \"scripted\"", a));
        assertThat(apex.balancer.asked()).isOne();

        apex.reload(WEB + pool("load_balancer = \"scripted\"\nconnect_timeout = \"1s\"", a));
        apex.reload(WEB + pool("load_balancer = \"scripted\"\nconnect_timeout = \"1s\"", a, b));
        await().untilAsserted(() -> assertThat(apex.balancer.asked()).isEqualTo(2));
    }

    @Test
    void anotherProviderTakesOverAndTheOldOneIsClosedWhenNobodyAsksItAnyMore() {
        apex.start(WEB + pool("load_balancer = { provider = \"scripted\", variant = \"one\" }", a, b));
        assertThat(apex.ask(3)).containsOnly("a");
        apex.balancer.over(healthy -> connection -> healthy.get(1));

        apex.reload(WEB + pool("load_balancer = { provider = \"scripted\", variant = \"two\" }", a, b));

        await().untilAsserted(() -> assertThat(apex.ask()).isEqualTo("b"));
        await().untilAsserted(() -> assertThat(apex.balancer.open()).isOne());
        assertThat(apex.balancer.lateCalls()).isZero();
    }

    @Test
    void anotherHealthCheckTakesOverAndVerdictsStay() {
        apex.start(WEB + pool(a));
        Snapshot.BackendView before = apex.backend(a);

        apex.reload((WEB + pool(a)).replace("provider = \"scripted\"", "provider = \"scripted\", variant = \"two\""));

        await().untilAsserted(() -> assertThat(apex.health.open()).isOne());
        assertThat(apex.backend(a).since()).isEqualTo(before.since());
        assertThat(apex.ask()).isEqualTo("a");
    }

    @Test
    void aPluginThatHangsWhenItIsClosedHoldsUpNothing() {
        apex.start(WEB + pool(a, b));
        apex.health.hangOnClose();

        long started = System.nanoTime();
        apex.reload((WEB + pool(b)).replace("provider = \"scripted\"", "provider = \"scripted\", variant = \"two\""));

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(2));
        assertThat(apex.ask(2)).containsOnly("b");
    }

    @Test
    void replacingAllBackendsRefusesNobody() throws Exception {
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
    void takingTheOnlyBackendOutOfRotationForANewOneRefusesNobody() {
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
    void aBackendThatComesBackBeforeItWasReplacedIsTheSameOne() {
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
    void aRemovedBackendGetsNoNewConnectionsAtOnceAndKeepsItsOldOnes() throws IOException {
        apex.start(WEB + pool(a, b));
        try (Conversation one = apex.connect(); Conversation other = apex.connect()) {
            Set<String> served = new HashSet<>(List.of(one.ask(), other.ask()));
            assertThat(served).containsExactlyInAnyOrder("a", "b");

            apex.reload(WEB + pool(b));

            assertThat(apex.ask(10)).containsOnly("b");
            assertThat(Set.of(one.ask(), other.ask())).containsExactlyInAnyOrder("a", "b");
        }
    }

    @Test
    void weightZeroTakesABackendOutAndLetsItsConnectionsFinish() throws IOException {
        apex.start(WEB + pool(a, b));
        try (Conversation one = apex.connect(); Conversation other = apex.connect()) {
            assertThat(Set.of(one.ask(), other.ask())).containsExactlyInAnyOrder("a", "b");

            apex.reload(WEB + pool(weighted(a, 0), b));

            assertThat(apex.ask(10)).containsOnly("b");
            assertThat(Set.of(one.ask(), other.ask())).containsExactlyInAnyOrder("a", "b");
        }
    }

    @Test
    void weightsThatChangeAreSharedExactly() {
        apex.start(WEB + pool(a, b));

        apex.reload(WEB + pool(weighted(a, 3), b));

        await().untilAsserted(() -> {
            List<String> served = apex.ask(8);
            assertThat(served).filteredOn("a"::equals).hasSize(6);
        });
    }

    @Test
    void addressesSwapBetweenListenersWithoutBeingClosed() {
        int one = freePort();
        int other = freePort();
        String pools = pool(a) + pool(b).replace("pools.web", "pools.api");
        apex.start(listeners("web", one, "web") + listeners("api", other, "api") + pools);
        InetSocketAddress first = local(one);

        apex.reload(listeners("web", other, "web") + listeners("api", one, "api") + pools);

        assertThat(ask(first)).isEqualTo("b");
        assertThat(ask(local(other))).isEqualTo("a");
        assertThat(apex.log.count("Proxy listening on")).isEqualTo(2);
    }

    @Test
    void aListenerThatIsRenamedKeepsItsSocketAndItsConnections() throws IOException {
        int port = freePort();
        apex.start(listeners("web", port, "web") + pool(a));
        try (Conversation open = new Conversation(local(port))) {
            assertThat(open.ask()).isEqualTo("a");

            apex.reload(listeners("front", port, "web") + pool(a));

            assertThat(open.ask()).isEqualTo("a");
            assertThat(ask(local(port))).isEqualTo("a");
            assertThat(apex.log.count("Proxy listening on")).isOne();
            assertThat(apex.proxy().snapshot().listeners()).extracting(Snapshot.ListenerView::name)
                    .containsExactly("front");
        }
    }

    @Test
    void aPoolThatIsRenamedServesOn() throws IOException {
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
    void severalFreePortsAreAllServed() {
        String two = WEB.replace("\"127.0.0.1:0\"", "[\"127.0.0.1:0\", \"127.0.0.1:0\"]");
        apex.start(two + pool(a));
        List<SocketAddress> addresses = apex.proxy().snapshot().listeners().get(0).addresses();

        apex.reload(two + pool(b));

        assertThat(new HashSet<>(addresses)).hasSize(2);
        assertThat(addresses).allSatisfy(address -> assertThat(ask((InetSocketAddress) address)).isEqualTo("b"));
        assertThat(apex.proxy().snapshot().listeners().get(0).addresses()).isEqualTo(addresses);
    }

    @Test
    void anAddressInUseDropsTheWholeChange() throws IOException {
        apex.start(WEB + pool(a));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int free = freePort();

            apex.reload(WEB + listeners("free", free, "web") + listeners("taken", taken.getLocalPort(), "web")
                    + pool(b));

            assertThat(apex.log.lines()).contains("ERROR Configuration not changed, the previous one stays in force: "
                    + "listeners.taken: 127.0.0.1:" + taken.getLocalPort() + " is in use by another process");
            assertThat(apex.ask(3)).containsOnly("a");
            assertThat(ask(local(free))).contains("refused");
            assertThat(apex.health.open()).isOne();
        }
        apex.proxy().reload();
        assertThat(apex.ask(3)).containsOnly("b");
    }

    @Test
    void anAddressInUseIsAnErrorOnStart() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String toml = listeners("web", taken.getLocalPort(), "web") + pool(a);

            assertThatThrownBy(() -> apex.start(toml)).hasMessage("listeners.web: 127.0.0.1:" + taken.getLocalPort()
                    + " is in use by another process");
            assertThat(apex.health.open()).isZero();
        }
    }

    @Test
    void anAddressIsWidenedToAllAddresses() throws IOException {
        int port = freePort();
        apex.start(listeners("web", port, "web") + pool(a));
        try (Conversation open = new Conversation(local(port))) {
            open.ask();

            apex.reload(listeners("web", port, "web").replace("127.0.0.1", "0.0.0.0") + pool(a));
            assertThat(apex.log.lines()).noneMatch(line -> line.startsWith("ERROR"));
            assertThat(ask(local(port))).isEqualTo("a");
            assertThat(ask(new InetSocketAddress("127.0.0.2", port))).isEqualTo("a");

            apex.reload(listeners("web", port, "web") + pool(a));
            assertThat(ask(local(port))).isEqualTo("a");
            assertThat(ask(new InetSocketAddress("127.0.0.2", port))).contains("refused");
            assertThat(open.ask()).isEqualTo("a");
        }
    }

    static Stream<String> mistakes() {
        return Stream.of(
                "[[[ not toml",
                "",
                WEB + "[pools.web]\nbackends = [\"127.0.0",
                WEB + pool("unknown_key = 1", "127.0.0.1:9"),
                WEB + pool("connect_timeout = 5", "127.0.0.1:9"),
                WEB + pool("load_balancer = \"nobody\"", "127.0.0.1:9"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeChangesNothingOnReloadAndIsAnErrorOnStart(String toml) {
        apex.start(WEB + pool(a));

        apex.reload(toml);

        assertThat(apex.log.count("ERROR Configuration not changed")).isGreaterThanOrEqualTo(1);
        assertThat(apex.ask(2)).containsOnly("a");
        try (ReloadFixture other = new ReloadFixture()) {
            assertThatThrownBy(() -> other.start(toml)).hasMessageContaining("config.toml");
        }
    }

    @Test
    void allMistakesAreToldAtOnce() {
        apex.write("threads = 0\n" + WEB.replace("threads = 2\n", "")
                + pool("load_balancer = \"nobody\"\nconnect_timeout = 5", "127.0.0.1:9")
                        .replace("provider = \"scripted\"", "provider = \"scripted\", typo = 1"));

        assertThatThrownBy(apex::start).hasMessageContainingAll("threads: expected",
                "no provider 'nobody'", "connect_timeout: expected a duration", "unknown key 'typo'");
        assertThat(apex.health.open()).isZero();
    }

    private static String listeners(String name, int port, String pool) {
        return "[listeners." + name + "]\nlisten_addr = \"127.0.0.1:" + port + "\"\npool = \"" + pool + "\"\n";
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    private static int freePort() {
        return Integer.parseInt(NamedServer.refusedAddress().substring("127.0.0.1:".length()));
    }
}

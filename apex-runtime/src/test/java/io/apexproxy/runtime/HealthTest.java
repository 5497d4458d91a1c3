package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.api.testkit.BlackHole;
import io.apexproxy.runtime.snapshot.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The verdicts that follow from probes and failed connects, and their effects on connections. */
class HealthTest {

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    private String state(NamedServer server) {
        return apex.backend(server).state();
    }

    /** Waits for the count, because a session is counted shortly after its client has read the end of the stream. */
    private void awaitEndings(String cause, long count) {
        await().untilAsserted(() -> assertThat(apex.proxy().snapshot().endings()).containsEntry(cause, count));
    }

    /** Returns a pool whose second probe starts after the end of the test. */
    private static String probedOnce(Object... backends) {
        return pool(backends).replace("\"200ms\"", "\"10m\"").replace("\"50ms\"", "\"10m\"");
    }

    @Test
    void firstVerdictNeedsOneProbe() {
        apex.health.down(b);

        apex.start(WEB + probedOnce(a, b));

        await().until(() -> state(a).equals("up") && state(b).equals("down"));
        assertThat(apex.health.probes(a) + apex.health.probes(b)).isEqualTo(2);
    }

    @Test
    void laterVerdictsNeedRiseOrFallProbes() {
        apex.start(WEB + pool(a, b));
        await().until(() -> state(a).equals("up"));
        AtomicInteger failed = new AtomicInteger();
        apex.health.on(a, any -> counted(failed, "up", HealthResult.unhealthy("set by the test")));
        await().until(() -> state(a).equals("down"));
        assertThat(failed).hasValue(3);

        AtomicInteger succeeded = new AtomicInteger();
        apex.health.on(a, any -> counted(succeeded, "down", HealthResult.healthy()));
        await().until(() -> state(a).equals("up"));
        assertThat(succeeded).hasValue(2);
        await().untilAsserted(() -> { // a verdict is logged after it is set
            assertThat(apex.log.count("Health check " + a.address() + " => alive: false (set by the test)")).isOne();
            assertThat(apex.log.count("Health check " + a.address() + " => alive: true")).isEqualTo(2);
        });
    }

    /** Returns a result for the first server, and counts the probe if it starts in the given state. */
    private CompletableFuture<HealthResult> counted(AtomicInteger count, String state, HealthResult result) {
        if (state(a).equals(state)) {
            count.incrementAndGet();
        }
        return CompletableFuture.completedFuture(result);
    }

    @Test
    void backendThatFailsEverySecondProbeStaysUp() {
        AtomicInteger probes = new AtomicInteger();
        apex.health.on(a, any -> CompletableFuture.completedFuture(probes.getAndIncrement() % 2 == 0
                ? HealthResult.healthy() : HealthResult.unhealthy("flapping")));
        apex.start(WEB + pool(a));
        Snapshot.BackendView before = apex.backend(a);

        await().until(() -> probes.get() > 12);

        assertThat(apex.backend(a).since()).isEqualTo(before.since());
        assertThat(state(a)).isEqualTo("up");
    }

    @Test
    void refusingBackendFailsNoClientEvenWithRareProbes() {
        apex.start(WEB + "[pools.web]\nbackends = [\"" + a.address() + "\", \"" + b.address() + "\"]\n"
                + "health_check = { interval = \"60s\", fast_interval = \"60s\" }\n");
        await().until(() -> state(a).equals("up") && state(b).equals("up"));
        a.refuse();

        assertThat(apex.ask(1000)).containsOnly("b");

        assertThat(state(a)).isEqualTo("down");
        assertThat(apex.backend(a).reason()).contains("efused");
        assertThat(apex.proxy().snapshot().endings().get("connect-failed")).isZero();
    }

    @Test
    void failedConnectTriggersProbeAtOnceAndAtMostTenPerSecond() {
        apex.start(WEB + probedOnce(a, b));
        await().until(() -> state(a).equals("up") && state(b).equals("up"));
        int before = apex.health.probes(a);
        a.refuse(); // its probes still succeed

        long started = System.nanoTime();
        assertThat(apex.ask(300)).containsOnly("b");
        long tenths = Duration.ofNanos(System.nanoTime() - started).toMillis() / 100;

        await().until(() -> apex.health.probes(a) > before);
        assertThat((long) apex.health.probes(a) - before).isLessThanOrEqualTo(tenths + 2);
    }

    /** Returns the number of probes of this backend that have a result. */
    private long probeResults(NamedServer server) {
        return apex.backend(server).probeTimes().counts().stream().mapToLong(Long::longValue).sum();
    }

    private void awaitMoreProbes(NamedServer server) {
        long before = probeResults(server);
        await().until(() -> probeResults(server) >= before + 2); // the first one was possibly in flight before
    }

    @Test
    void backendThatRefusesClientsGoesDownAlthoughItsProbesSucceed() {
        apex.start(WEB + "[pools.web]\nbackends = [\"" + a.address() + "\", \"" + b.address() + "\"]\n"
                + "health_check = { port = " + b.port() + ", interval = \"50ms\", fall = 3, rise = 1000 }\n");
        await().until(() -> state(a).equals("up"));
        a.refuse();

        for (int failed = 1; failed <= 3; failed++) {
            assertThat(state(a)).isEqualTo("up");
            while (apex.backend(a).connectErrors() < failed) {
                assertThat(apex.ask()).isEqualTo("b");
            }
            awaitMoreProbes(a);
        }

        assertThat(state(a)).isEqualTo("down");
        assertThat(apex.backend(a).reason()).startsWith("connect failed: ");
    }

    @Test
    void successfulConnectResetsFailedConnects() {
        apex.start(WEB + pool(a));
        Snapshot.BackendView before = apex.backend(a);

        for (int i = 0; i < 3; i++) {
            a.refuse();
            assertThat(apex.ask(2)).containsOnly(Conversation.CLOSED);
            a.comeBack();
            assertThat(apex.ask()).isEqualTo("a");
        }
        awaitMoreProbes(a);

        assertThat(apex.backend(a).since()).isEqualTo(before.since());
        assertThat(state(a)).isEqualTo("up");
    }

    @Test
    void failedProbesAndFailedConnectsAddUp() {
        apex.start(WEB + probedOnce(a));
        apex.health.down(a);
        a.refuse();

        assertThat(apex.ask()).isEqualTo(Conversation.CLOSED); // triggers a probe: two failures of three
        await().until(() -> apex.health.probes(a) == 2);
        assertThat(state(a)).isEqualTo("up");
        assertThat(apex.ask()).isEqualTo(Conversation.CLOSED);

        await().until(() -> state(a).equals("down"));
    }

    @Test
    void successfulProbesBringRefusingBackendUpAgain() {
        apex.start(WEB + pool(a, b));
        a.refuse();
        await().untilAsserted(() -> {
            assertThat(apex.ask(2)).containsOnly("b");
            assertThat(apex.log.count("Health check " + a.address() + " => alive: false")).isPositive();
        });

        a.comeBack();

        await().untilAsserted(() -> assertThat(Set.copyOf(apex.ask(2))).hasSize(2));
    }

    @Test
    void unresponsiveBackendOnlyDelaysClients() throws IOException {
        try (BlackHole hole = new BlackHole()) {
            apex.start(WEB + pool("connect_timeout = \"200ms\"", hole.address(), b));

            assertThat(apex.ask(6)).containsOnly("b");
            assertThat(apex.backends().get(0).connectErrors()).isPositive();
        }
    }

    @Test
    void tcpCheckDetectsUnresponsiveBackend() throws IOException {
        try (BlackHole hole = new BlackHole()) {
            apex.start(WEB + "[pools.web]\nbackends = [\"" + hole.address() + "\", \"" + b.address() + "\"]\n"
                    + "health_check = { timeout = \"2s\" }\n"); // far longer than a probe of b takes

            await().until(() -> apex.backends().get(0).state().equals("down"));
            assertThat(apex.ask(3)).containsOnly("b");
        }
    }

    @Test
    void clientsAreClosedAtOnceWhileAllBackendsAreDown() {
        apex.health.down(a);
        apex.health.down(b);
        apex.start(WEB + pool(a, b));
        assertThat(apex.ask(3)).containsOnly(Conversation.CLOSED);
        awaitEndings("no-backend", 3);

        apex.health.up(b);

        await().untilAsserted(() -> assertThat(apex.ask()).isEqualTo("b"));
    }

    @Test
    void tryAllPicksAllBackendsWhileAllAreDown() {
        apex.health.down(a);
        apex.health.down(b);
        apex.startWithAll(WEB + pool("when_all_down = \"try-all\"", a, b));
        assertThat(Set.copyOf(apex.ask(4))).containsExactlyInAnyOrder("a", "b");

        apex.health.up(b);

        await().untilAsserted(() -> assertThat(apex.ask(4)).containsOnly("b"));
    }

    @Test
    void fullBackendIsSkipped() throws IOException {
        String one = "{ address = \"" + a.address() + "\", max_connections = 1 }";
        apex.start(WEB + pool("", one));
        try (Conversation open = apex.connect()) {
            assertThat(open.ask()).isEqualTo("a");
            assertThat(apex.ask()).isEqualTo(Conversation.CLOSED);
            awaitEndings("backends-full", 1);

            apex.reload(WEB + pool("", one, b));
            await().untilAsserted(() -> assertThat(apex.ask(4)).containsOnly("b"));
        }
        await().untilAsserted(() -> assertThat(Set.copyOf(apex.ask(2))).hasSize(2));
    }

    @Test
    void onBackendDownKeepsOrClosesConnectionsOfBackend() throws IOException {
        apex.startWithAll(WEB + pool("on_backend_down = \"close\"", a, b));
        try (Conversation one = apex.connect(); Conversation other = apex.connect()) {
            Conversation toA = one.ask().equals("a") ? one : other;
            Conversation toB = toA == one ? other : one;
            assertThat(toB.ask()).isEqualTo("b");

            apex.health.down(a);

            await().until(() -> toA.ask().equals(Conversation.CLOSED));
            assertThat(toB.ask()).isEqualTo("b");
            awaitEndings("backend-down", 1);

            apex.reload(WEB + pool(a, b));
            apex.health.down(b);
            await().until(() -> state(b).equals("down"));
            assertThat(toB.ask()).isEqualTo("b");
        }
    }

    @Test
    void connectInProgressIsNotClosedWhenItsBackendGoesDown() throws Exception {
        BlackHole hole = new BlackHole();
        try {
            apex.health.down(b);
            apex.start(WEB + pool("connect_timeout = \"1m\"\non_backend_down = \"close\"", hole.address(), b));
            CompletableFuture<String> waiting = CompletableFuture.supplyAsync(apex::ask);
            await().until(() -> apex.backends().get(0).connections() == 1);
            apex.health.up(b);
            await().until(() -> state(b).equals("up"));
            apex.health.on(hole.address(), any -> CompletableFuture.completedFuture(HealthResult.unhealthy("gone")));
            await().until(() -> apex.backends().get(0).state().equals("down"));

            hole.close(); // the kernel refuses its next attempt, some seconds after the first one
            assertThat(waiting.get(TestProxy.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("b");
        } finally {
            hole.close();
        }
    }
}

package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static io.apexproxy.runtime.ReloadFixture.weighted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.runtime.engine.TcpTable;
import io.apexproxy.runtime.snapshot.Health;
import io.apexproxy.runtime.snapshot.Problem;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.snapshot.Snapshot.EndedView;
import io.apexproxy.test.LogCapture;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Reports about trouble for operators: in the log, and in the snapshot that the status page and the metrics show. */
class TroubleTest {

    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    private List<String> lines(String part) {
        return apex.log.lines().stream().filter(line -> line.contains(part)).toList();
    }

    private Snapshot now() {
        return apex.proxy().snapshot();
    }

    private List<Problem.Kind> problems() {
        return now().problems().stream().map(Problem::kind).toList();
    }

    @Test
    void poolWithoutHealthyBackendLogsOneErrorAndItsRecoveryOneInfo() {
        apex.startWithAll(WEB + pool(a, b));
        assertThat(now().health()).isEqualTo(Health.SERVING);
        apex.health.down(a);
        await().until(() -> problems().equals(List.of(Problem.Kind.BACKEND_DOWN)));
        assertThat(now().health()).isEqualTo(Health.DEGRADED);
        assertThat(lines("ERROR")).isEmpty();
        apex.health.say(b, HealthResult.unhealthy("said no"));

        await().until(() -> lines("ERROR").size() == 1);

        assertThat(lines("ERROR")).containsExactly("ERROR pools.web: no healthy backend: " + a.address()
                + " (set by the test), " + b.address() + " (said no); new connections are closed");
        assertThat(lines("WARN pools.web: Health check " + b.address())).containsExactly(
                "WARN pools.web: Health check " + b.address() + " => alive: false (said no)");
        assertThat(now().health()).isEqualTo(Health.DOWN);
        assertThat(problems()).containsExactly(Problem.Kind.POOL_DOWN);

        apex.health.up(a);
        await().until(() -> lines("healthy again").size() == 1);
        apex.health.up(b);
        await().until(() -> now().health() == Health.SERVING);
        assertThat(lines("healthy again")).singleElement().asString()
                .matches("INFO pools.web: healthy again with " + a.address() + " after \\d+ s");
        assertThat(lines("ERROR")).hasSize(1);
    }

    @Test
    void errorListsTenBackendsAndTheEffectOfTryAll() {
        Object[] backends = IntStream.rangeClosed(1, 12).mapToObj(port -> "127.0.0.1:" + port).toArray();
        IntStream.rangeClosed(1, 12).forEach(port -> apex.health.on("127.0.0.1:" + port,
                any -> CompletableFuture.completedFuture(HealthResult.unhealthy("no " + port))));

        apex.start(WEB + pool("when_all_down = \"try-all\"", backends));

        await().until(() -> lines("ERROR").size() == 1);
        assertThat(lines("ERROR").get(0)).startsWith("ERROR pools.web: no healthy backend: 127.0.0.1:1 (no 1), ")
                .endsWith("127.0.0.1:10 (no 10), and 2 more; new connections try all of them"
                        + " (when_all_down = \"try-all\")");
    }

    /** Regression: the pool counted as healthy, and no alert fired. */
    @Test
    void poolWithOnlyDownAndDrainedBackendsIsDown() {
        apex.health.down(b);
        apex.start(WEB + pool(weighted(a, 0), b));

        await().until(() -> lines("ERROR").size() == 1);
        assertThat(lines("ERROR").get(0)).contains(a.address() + " (weight 0), " + b.address());
        assertThat(apex.backend(a).state()).isEqualTo("drain");
        assertThat(now().pools().get(0).up()).isZero();
        assertThat(now().health()).isEqualTo(Health.DOWN);
    }

    @Test
    void drainedBackendDoesNotDegradeHealth() {
        apex.startWithAll(WEB + pool(a, b));

        apex.reload(WEB + pool(a, weighted(b, 0)));

        assertThat(problems()).containsExactly(Problem.Kind.BACKEND_DRAIN);
        assertThat(now().health()).isEqualTo(Health.SERVING);
        assertThat(lines("ERROR")).isEmpty();
    }

    /** Regression: the third client waited without any report. */
    @Test
    void reachedListenerLimitIsAWarningAndAProblem() throws IOException {
        apex.startWithAll(WEB + "max_connections = 1\n" + pool(a));

        try (Conversation served = apex.connect()) {
            assertThat(served.ask()).isEqualTo("a");
            reachLimit(served);
        }
        await().until(() -> lines("INFO listeners.web: max_connections: limit no longer reached").size() == 1);
        assertThat(lines("listeners.web: max_connections: limit of 1 reached")).singleElement().asString()
                .startsWith("WARN").contains("raise max_connections");
        assertThat(now().listeners().get(0).waiting()).isZero();
    }

    private void reachLimit(Conversation served) throws IOException {
        try (Conversation held = apex.connect(); Conversation other = apex.connect();
                Conversation third = apex.connect()) {
            await().until(() -> now().listeners().get(0).waiting() >= 1);
            await().until(() -> lines("listeners.web: max_connections: limit of 1 reached").size() == 1);

            assertThat(problems()).containsExactly(Problem.Kind.LIMIT_REACHED);
            assertThat(now().problems().get(0).subject()).isEqualTo("listener web");
            if (TcpTable.isReadable()) { // otherwise the length of the kernel's accept queue is unknown
                await().until(() -> now().problems().get(0).text().equals("1 of 1, 3 waiting"));
            }
            served.close();
            for (Conversation next : List.of(held, other, third)) {
                next.close();
            }
        }
    }

    @Test
    void reachedLimitsOfAllListenersAndOfABackendAreWarnings() throws IOException {
        apex.startWithAll("max_connections = 1\n" + WEB
                + pool("", "{ address = \"" + a.address() + "\", max_connections = 1 }"));

        try (Conversation served = apex.connect()) {
            assertThat(served.ask()).isEqualTo("a");
            await().until(() -> lines("WARN max_connections: limit of 1 reached").size() == 1
                    && lines("WARN pools.web: max_connections of " + a.address() + ": limit of 1 reached").size() == 1);
            assertThat(now().limits()).filteredOn(Snapshot.LimitView::reached)
                    .extracting(Snapshot.LimitView::kind).containsExactly("total", "backend");
        }
    }

    /** Regression: nothing showed whether a removed backend still had connections. */
    @Test
    void removedBackendIsReportedUntilItsLastConnectionEnds() throws IOException {
        apex.startWithAll(WEB + pool(a));
        try (Conversation open = apex.connect()) {
            assertThat(open.ask()).isEqualTo("a");

            apex.reload(WEB + pool(b));

            await().until(() -> now().removed().size() == 1);
            assertThat(now().removed().get(0)).isEqualTo(
                    new Snapshot.RemovedView("web", a.address(), now().removed().get(0).address(), 1));
            apex.awaitOnly("b");
            assertThat(now().removed()).hasSize(1);
            assertThat(open.ask()).isEqualTo("a");
        }
        await().until(() -> now().removed().isEmpty());
    }

    @Test
    void backendsOfARemovedPoolAreReported() throws IOException {
        apex.startWithAll(WEB + pool(a));
        try (Conversation open = apex.connect()) {
            assertThat(open.ask()).isEqualTo("a");

            apex.reload(WEB.replace("pool = \"web\"", "pool = \"other\"")
                    + pool(b).replace("[pools.web]", "[pools.other]"));

            await().untilAsserted(() -> assertThat(now().removed()).extracting(Snapshot.RemovedView::pool)
                    .containsExactly("web"));
            assertThat(now().pools()).extracting(Snapshot.PoolView::name).containsExactly("other");
        }
        await().until(() -> now().removed().isEmpty());
    }

    /** Regression: the counters did not show the affected listener and pool. */
    @Test
    void endedConnectionsAreCountedByListenerPoolAndCause() throws IOException {
        apex.startWithAll(WEB + pool(a));
        long before = ended("web", "client-closed");
        assertThat(apex.ask()).isEqualTo("a");
        await().until(() -> ended("web", "client-closed") == before + 1);
        long durations = now().listeners().get(0).durations().counts().stream().mapToLong(Long::longValue).sum();
        assertThat(durations).isEqualTo(now().endings().values().stream().mapToLong(Long::longValue).sum());

        apex.reload(WEB.replace("pool = \"web\"", "pool = \"none\"") + pool(a) + "[pools.none]\nbackends = []\n");
        assertThat(apex.ask()).isEqualTo(Conversation.CLOSED);

        await().until(() -> ended("none", "no-backend") == 1);
        assertThat(ended("web", "client-closed")).isEqualTo(before + 1);
        assertThat(ended("web", "no-backend")).isZero();
    }

    private long ended(String pool, String cause) {
        return now().ended().stream().filter(view -> view.listener().equals("web") && view.pool().equals(pool)
                && view.cause().equals(cause)).mapToLong(EndedView::count).sum();
    }

    /** Regression: the line had {@code backend=-}. */
    @Test
    void accessLogOfAFailedConnectHasTheLastBackend() {
        try (LogCapture access = LogCapture.of("apex.access")) {
            apex.startWithAll(WEB + pool("connect_attempts = 1", a));
            a.refuse();

            assertThat(apex.ask()).isEqualTo(Conversation.CLOSED);

            await().until(() -> access.lines().contains("INFO connect-failed"));
            assertThat(access.values("backend")).containsOnly(a.address());
        }
    }

    /** Regression: the line had names. */
    @Test
    void startLogsBackendAddressesInsteadOfNames() {
        apex.start(WEB + pool("", "{ address = \"" + a.address() + "\", name = \"web-1\" }"));

        assertThat(lines("Loaded backend addresses")).containsExactly(
                "INFO Loaded backend addresses: [" + a.address() + "]");
    }

    /** Regression: the DEBUG line of a probe had {@code Healthy[]}. */
    @Test
    void healthResultsHaveReadableTexts() {
        assertThat(HealthResult.healthy()).hasToString("healthy");
        assertThat(HealthResult.unhealthy("refused")).hasToString("unhealthy: refused");
        assertThat(HealthResult.inconclusive("no descriptors")).hasToString("inconclusive: no descriptors");
    }
}

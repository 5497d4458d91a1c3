package io.apexproxy.runtime;

import static io.apexproxy.runtime.ReloadFixture.WEB;
import static io.apexproxy.runtime.ReloadFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The reports to a picker about the connections of its pool. */
class FeedbackTest {

    private static final String SCRIPTED = "load_balancer = \"scripted\"";

    private record Report(String picker, String kind, String backend, long nanos, long fromClient, long fromBackend) {
    }

    private final Queue<Report> reports = new ConcurrentLinkedQueue<>();
    @AutoClose
    private final ReloadFixture apex = new ReloadFixture();
    private final NamedServer a = apex.server("a");
    private final NamedServer b = apex.server("b");

    /** Picks the first backend, and records all reports. */
    private final class RecordingPicker implements BackendPicker {
        private final String name;
        private final List<Backend> backends;

        RecordingPicker(String name, List<Backend> backends) {
            this.name = name;
            this.backends = backends;
        }

        @Override
        public Backend pick(ConnectionInfo connection) {
            return backends.get(0);
        }

        @Override
        public void connected(Backend backend, ConnectionInfo connection, long nanos) {
            add("connected", backend, connection, nanos, 0, 0);
        }

        @Override
        public void failed(Backend backend, ConnectionInfo connection, long nanos) {
            add("failed", backend, connection, nanos, 0, 0);
        }

        @Override
        public void firstByte(Backend backend, ConnectionInfo connection, long nanos) {
            add("firstByte", backend, connection, nanos, 0, 0);
        }

        @Override
        public void closed(Backend backend, ConnectionInfo connection, long nanos, long bytesFromClient,
                long bytesFromBackend) {
            add("closed", backend, connection, nanos, bytesFromClient, bytesFromBackend);
        }

        private void add(String kind, Backend backend, ConnectionInfo connection, long nanos, long fromClient,
                long fromBackend) {
            assertThat(connection.listener()).isEqualTo("web");
            reports.add(new Report(name, kind, backend.name(), nanos, fromClient, fromBackend));
        }
    }

    private void record(String picker) {
        apex.balancer.over(healthy -> new RecordingPicker(picker, healthy));
    }

    private List<String> kinds() {
        return reports.stream().map(Report::kind).toList();
    }

    private Report only(String kind) {
        return reports.stream().filter(report -> report.kind().equals(kind)).reduce((one, other) -> {
            throw new AssertionError("two reports of " + kind + " in " + reports);
        }).orElseThrow();
    }

    @Test
    void connectionIsReportedFromItsConnectToItsEnd() throws IOException {
        record("one");
        apex.startWithAll(WEB + pool(SCRIPTED, a));
        await().until(() -> kinds().contains("closed"));
        reports.clear();
        long asked;
        long answered;
        try (Conversation conversation = apex.connect()) {
            await().until(() -> kinds().equals(List.of("connected")));
            asked = System.nanoTime();
            assertThat(conversation.ask()).isEqualTo("a");
            answered = System.nanoTime();
            assertThat(conversation.ask()).isEqualTo("a");
        }

        await().until(() -> kinds().equals(List.of("connected", "firstByte", "closed")));
        assertThat(reports).allMatch(report -> report.backend().equals(a.address()) && report.nanos() >= 0);
        // measured from the question, not from the connect
        assertThat(only("firstByte").nanos()).isLessThanOrEqualTo(answered - asked);
        Report closed = only("closed");
        assertThat(closed.nanos()).isGreaterThan(answered - asked);
        assertThat(closed.fromClient()).isEqualTo("?\n?\n".length());
        assertThat(closed.fromBackend()).isEqualTo("a\na\n".length());
        assertThat(apex.balancer.lateCalls()).isZero();
    }

    @Test
    void connectionWithoutBytesHasNoFirstByte() throws IOException {
        record("one");
        try (var silent = TestServer.silent()) {
            apex.start(WEB + pool(SCRIPTED, silent.address()));
            await().until(() -> apex.balancer.offered() == 1);
            Conversation conversation = apex.connect();
            await().until(() -> kinds().contains("connected"));
            conversation.close();

            await().until(() -> kinds().equals(List.of("connected", "closed")));
            assertThat(only("closed").fromBackend()).isZero();
        }
    }

    @Test
    void backendThatSpeaksFirstIsReported() throws IOException {
        record("one");
        try (var greeting = TestServer.greeting("hello\n")) {
            apex.start(WEB + pool(SCRIPTED, greeting.address()));
            await().until(() -> apex.balancer.offered() == 1);
            Conversation conversation = apex.connect();
            await().until(() -> kinds().equals(List.of("connected", "firstByte")));
            conversation.close();
        }
    }

    @Test
    void failedConnectIsReportedAndTheNextBackendServes() {
        record("one");
        apex.start(WEB + pool(SCRIPTED, a, b));
        await().until(() -> apex.balancer.offered() == 2);
        a.refuse();

        assertThat(apex.ask()).isEqualTo("b");

        await().until(() -> kinds().equals(List.of("failed", "connected", "firstByte", "closed")));
        assertThat(only("failed").backend()).isEqualTo(a.address());
        assertThat(only("connected").backend()).isEqualTo(b.address());
    }

    @Test
    void backendThatClosesWithinEarlyCloseHasFailed() throws IOException {
        record("one");
        try (var closing = TestServer.serving(Socket::close); var greeting = TestServer.greeting("hello\n")) {
            apex.start(WEB + pool(SCRIPTED + "\nearly_close = \"1m\"", closing.address(), greeting.address()));
            await().until(() -> apex.balancer.offered() == 2);
            Conversation conversation = apex.connect();
            await().until(() -> kinds().equals(List.of("failed", "connected", "firstByte")));
            conversation.close();
            assertThat(only("failed").backend()).isEqualTo(closing.address());
            assertThat(only("connected").backend()).isEqualTo(greeting.address());
        }
    }

    @Test
    void greetingThatEndsTheWaitOfEarlyCloseIsTheFirstByte() throws IOException {
        record("one");
        try (var greeting = TestServer.greeting("hello\n")) {
            apex.start(WEB + pool(SCRIPTED + "\nearly_close = \"1m\"", greeting.address()));
            await().until(() -> apex.balancer.offered() == 1);
            Conversation conversation = apex.connect();
            await().until(() -> kinds().equals(List.of("connected", "firstByte")));
            conversation.close();
        }
    }

    @Test
    void presentPickerGetsTheReportsOfConnectionsThatAnotherOnePicked() throws IOException {
        record("one");
        apex.start(WEB + pool(SCRIPTED, a));
        await().until(() -> apex.balancer.offered() == 1);
        try (Conversation conversation = apex.connect()) {
            assertThat(conversation.ask()).isEqualTo("a");
            record("two");
            apex.reload(WEB + pool("load_balancer = { provider = \"scripted\", variant = \"two\" }", b));
            await().until(() -> apex.ask().equals("b"));
        }

        await().until(() -> reports.stream().anyMatch(report -> report.kind().equals("closed")
                && report.backend().equals(a.address()) && report.picker().equals("two")));
        assertThat(apex.balancer.lateCalls()).isZero();
    }

    @Test
    void connectionThatOutlivesAllBackendsIsReported() throws IOException {
        record("one");
        apex.start(WEB + pool(SCRIPTED, a));
        await().until(() -> apex.balancer.offered() == 1);
        try (Conversation conversation = apex.connect()) {
            assertThat(conversation.ask()).isEqualTo("a");
            apex.health.on(a, any -> CompletableFuture.completedFuture(HealthResult.unhealthy("by the test")));
            await().until(() -> apex.backend(a).state().equals("down"));
        }

        await().until(() -> kinds().equals(List.of("connected", "firstByte", "closed")));
    }

    @Test
    void exceptionOfAReportIsLoggedAndAffectsNoConnection() {
        AtomicInteger calls = new AtomicInteger();
        apex.balancer.over(healthy -> new BackendPicker() {
            @Override
            public Backend pick(ConnectionInfo connection) {
                return healthy.get(0);
            }

            @Override
            public void connected(Backend backend, ConnectionInfo connection, long nanos) {
                throw failure();
            }

            @Override
            public void failed(Backend backend, ConnectionInfo connection, long nanos) {
                throw failure();
            }

            @Override
            public void firstByte(Backend backend, ConnectionInfo connection, long nanos) {
                throw failure();
            }

            @Override
            public void closed(Backend backend, ConnectionInfo connection, long nanos, long bytesFromClient,
                    long bytesFromBackend) {
                throw failure();
            }

            private StackOverflowError failure() {
                calls.incrementAndGet();
                return new StackOverflowError("thrown by the test");
            }
        });
        apex.start(WEB + pool(SCRIPTED, a, b));
        await().until(() -> apex.balancer.offered() == 2);

        assertThat(apex.ask(5)).containsOnly("a");
        a.refuse();
        assertThat(apex.ask(1)).containsOnly("b");

        await().until(() -> apex.proxy().snapshot().connections() == 0);
        assertThat(calls).hasValue(5 * 3 + 4);
        for (String report : List.of("connected", "failed", "firstByte", "closed")) {
            assertThat(apex.log.count(report + "() failed; connections are not affected")).isPositive();
        }
    }
}

package io.apexproxy.health.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConfigException;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.api.health.HealthResult;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(60) // seconds, for a test that waits for ever
class TcpCheckTest {

    /** Long enough that only a probe that hangs runs into it. */
    private static final Duration AMPLE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(250);

    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(2);
    private final List<HealthCheck> checks = new ArrayList<>();

    @AfterEach
    void stop() {
        checks.forEach(HealthCheck::close);
        executor.shutdownNow();
    }

    @Test
    void isFoundByItsName() {
        TcpCheckTest.class.getModule().addUses(HealthCheckProvider.class);

        var names = ServiceLoader.load(HealthCheckProvider.class).stream().map(found -> found.get().name());

        assertThat(names).containsExactly("tcp");
    }

    @Test
    void aBackendThatAcceptsIsHealthy() throws Exception {
        try (var server = Server.running(TcpCheckTest::readToEnd)) {
            assertThat(probe(check(), server, AMPLE)).isEqualTo(HealthResult.healthy());
        }
    }

    @Test
    void aRefusingBackendIsUnhealthy() throws Exception {
        assertThat(probe(check(), refusing(), AMPLE)).isEqualTo(HealthResult.unhealthy("connection refused"));
    }

    @Test
    @EnabledOnOs(OS.LINUX) // elsewhere a full backlog refuses
    void aBackendThatSwallowsConnectionsTimesOut() throws Exception {
        try (var hole = new BlackHole()) {
            assertThat(probe(check(), hole, SHORT)).isEqualTo(HealthResult.unhealthy("timed out after 250ms"));
        }
    }

    @Test
    void anUnresolvedAddressIsUnhealthy() throws Exception {
        var backend = backend(InetSocketAddress.createUnresolved("app.internal", 80));

        assertThat(probe(check(), backend, AMPLE)).isEqualTo(HealthResult.unhealthy("unresolved address: app.internal"));
    }

    @Test
    void anAddressWithoutPortIsUnhealthy() throws Exception {
        var backend = backend(UnixDomainSocketAddress.of("app.sock"));

        assertThat(probe(check(), backend, AMPLE)).isEqualTo(HealthResult.unhealthy("not a TCP address: app.sock"));
    }

    @Test
    void anotherPortOfTheSameHostCanBeProbed() throws Exception {
        try (var status = Server.running(TcpCheckTest::readToEnd)) {
            var check = check("port", ((InetSocketAddress) status.address()).getPort());

            assertThat(probe(check, refusing(), AMPLE)).isEqualTo(HealthResult.healthy());
        }
    }

    @Test
    void theAnswerMayBeginAsExpected() throws Exception {
        try (var server = Server.running(connection -> {
            if (Arrays.equals(connection.getInputStream().readNBytes(6), "PING\r\n".getBytes(StandardCharsets.UTF_8))) {
                write(connection, "+PONG and more\r\n");
            }
            readToEnd(connection);
        })) {
            assertThat(probe(check("send", "PING\r\n", "expect", "+PONG"), server, AMPLE))
                    .isEqualTo(HealthResult.healthy());
            assertThat(ending(server)).isEqualTo(Server.REGULAR);
        }
    }

    @Test
    void theGreetingMayBeginAsExpectedThoughItComesInPieces() throws Exception {
        try (var server = Server.running(connection -> {
            connection.setTcpNoDelay(true);
            for (String piece : List.of("2", "2", "0", " hello\r\n")) {
                write(connection, piece);
            }
            readToEnd(connection);
        })) {
            assertThat(probe(check("expect", "220 "), server, AMPLE)).isEqualTo(HealthResult.healthy());
        }
    }

    @Test
    void anotherAnswerIsShownInTheReason() throws Exception {
        try (var server = Server.running(connection -> {
            write(connection, "554 \"no\"\t\u0007\r\n");
            readToEnd(connection);
        })) {
            assertThat(probe(check("expect", "220 "), server, AMPLE)).isEqualTo(
                    HealthResult.unhealthy("expected \"220 \", got \"554 \\\"no\\\"\\t\\x07\\r\\n\""));
            assertThat(ending(server)).isEqualTo(Server.REGULAR);
        }
    }

    @Test
    void aConnectionClosedBeforeTheAnswerIsCompleteIsUnhealthy() throws Exception {
        try (var server = Server.running(connection -> write(connection, "22"))) {
            assertThat(probe(check("expect", "220 "), server, AMPLE)).isEqualTo(
                    HealthResult.unhealthy("connection closed by the backend, expected \"220 \", got \"22\""));
        }
    }

    @Test
    void aResetBeforeTheAnswerIsUnhealthy() throws Exception {
        try (var server = Server.running(connection -> connection.setSoLinger(true, 0))) {
            assertThat(probe(check("expect", "220 "), server, AMPLE)).isEqualTo(
                    HealthResult.unhealthy("connection reset, expected \"220 \", got nothing"));
        }
    }

    @Test
    void aSilentBackendTimesOutAndTheReasonSaysWhatWasAwaited() throws Exception {
        try (var server = Server.running(TcpCheckTest::readToEnd)) {
            assertThat(probe(check("expect", "220 "), server, SHORT)).isEqualTo(
                    HealthResult.unhealthy("timed out after 250ms, expected \"220 \", got nothing"));
            assertThat(ending(server)).isEqualTo(Server.REGULAR);
        }
    }

    @Test
    void aBackendThatGreetsLateIsNotReset() throws Exception {
        var probed = new CountDownLatch(1);
        try (var server = Server.running(connection -> {
            waitFor(probed);
            // a reset would come as the answer to the first half, and the second would notice
            write(connection, "220 ready ");
            write(connection, "when you are\r\n");
            readToEnd(connection);
        })) {
            assertThat(probe(check(), server, AMPLE)).isEqualTo(HealthResult.healthy());
            probed.countDown();

            assertThat(ending(server)).isEqualTo(Server.REGULAR);
        }
    }

    @Test
    void aBackendThatNeverStopsSendingIsLeft() throws Exception {
        try (var server = Server.running(connection -> {
            while (true) {
                write(connection, "again and again ");
            }
        })) {
            assertThat(probe(check(), server, AMPLE)).isEqualTo(HealthResult.healthy());
            assertThat(ending(server)).isNotEqualTo(Server.REGULAR);
        }
    }

    @Test
    void aBackendThatKeepsItsEndOpenIsLeftWhenTheTimeIsOver() throws Exception {
        var never = new CountDownLatch(1);
        try (var server = Server.running(connection -> waitFor(never))) {
            var before = openDescriptors();

            assertThat(probe(check(), server, SHORT)).isEqualTo(HealthResult.healthy());

            // the server's end remains
            eventually(() -> assertThat(openDescriptors()).isLessThanOrEqualTo(before + 1 + DESCRIPTORS_OF_A_CHECK));
        } finally {
            never.countDown();
        }
    }

    @Test
    void manyAreProbedAtOnceAndNothingStaysOpen() throws Exception {
        var open = openDescriptors();
        var threads = threads();
        try (var server = Server.running(TcpCheckTest::readToEnd); var hole = new BlackHole()) {
            // given a check that waits for 50 backends that do not answer
            var check = check();
            var stuck = IntStream.range(0, 50).mapToObj(i -> start(check, hole, Duration.ofSeconds(3))).toList();

            // when 500 others are probed
            var probes = IntStream.range(0, 500).mapToObj(i -> start(check, server, AMPLE)).toList();

            // then none waits for them
            assertThat(probes).allSatisfy(probe ->
                    assertThat(probe.get(20, TimeUnit.SECONDS)).isEqualTo(HealthResult.healthy()));
            assertThat(stuck).allSatisfy(probe ->
                    assertThat(probe.get(20, TimeUnit.SECONDS)).isInstanceOf(HealthResult.Unhealthy.class));
            assertThat(threads()).as("one thread for all").isEqualTo(threads + 1);
            check.close();
        }
        eventually(() -> assertThat(openDescriptors()).isLessThanOrEqualTo(open));
        eventually(() -> assertThat(threads()).isEqualTo(threads));
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aLackOfDescriptorsSaysNothingAboutTheBackend() throws Exception {
        // a process of its own, as it would starve the test, too
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var classPath = String.join(File.pathSeparator,
                location(Backend.class), location(TcpCheck.class), Path.of("target", "test-classes").toString());
        var process = new ProcessBuilder("sh", "-c", "ulimit -n 128; exec \"$@\"", "sh",
                java, "-cp", classPath, StarvedProbe.class.getName()).redirectErrorStream(true).start();

        assertThat(process.inputReader().lines()).containsExactly(
                HealthResult.healthy().toString(),
                HealthResult.unhealthy("connection refused").toString(),
                HealthResult.inconclusive("too many open files").toString());
    }

    @Test
    void closingEndsProbesInFlight() throws Exception {
        try (var server = Server.running(TcpCheckTest::readToEnd)) {
            var check = check("expect", "220 ");
            var probe = start(check, server, AMPLE);

            check.close();

            assertThat(probe.get(20, TimeUnit.SECONDS)).isInstanceOf(HealthResult.Unhealthy.class);
            assertThat(ending(server)).isEqualTo(Server.REGULAR);
        }
    }

    @Test
    void uselessSettingsAreRefused() {
        assertThatThrownBy(() -> check("port", 65_536)).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> check("send", ""))
                .isInstanceOf(ConfigException.class)
                .hasMessage("test: send: expected at least one character, found \"\"; leave the key out if there is"
                        + " nothing to send");
        assertThatThrownBy(() -> check("expect", "")).isInstanceOf(ConfigException.class);
    }

    /** An epoll instance, an event file and what the JDK needs to wake it up. */
    private static final int DESCRIPTORS_OF_A_CHECK = 4;

    private HealthCheck check(Object... settings) {
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            values.put((String) settings[i], settings[i + 1]);
        }
        HealthCheck check = new TcpProvider().create(new MapSettings(values), new PluginContext() {
            @Override
            public ScheduledExecutorService executor() {
                return executor;
            }

            @Override
            public Path resolve(String path) {
                return Path.of(path).toAbsolutePath();
            }
        });
        checks.add(check);
        return check;
    }

    private static CompletableFuture<HealthResult> start(HealthCheck check, Backend backend, Duration timeout) {
        return check.probe(backend, timeout).toCompletableFuture();
    }

    private static HealthResult probe(HealthCheck check, Backend backend, Duration timeout) throws Exception {
        return start(check, backend, timeout).get(20, TimeUnit.SECONDS);
    }

    private static String ending(Server server) throws InterruptedException {
        return server.endings().poll(20, TimeUnit.SECONDS);
    }

    private static Backend refusing() throws IOException {
        try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return backend(closed.getLocalSocketAddress());
        }
    }

    private static Backend backend(SocketAddress address) {
        return new AddressOnly(address);
    }

    private static String location(Class<?> type) {
        return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString())).toString();
    }

    private static void write(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void readToEnd(Socket connection) throws IOException {
        connection.getInputStream().readAllBytes();
    }

    private static void waitFor(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(assertion);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("apex-health-tcp")).count();
    }

    private static long openDescriptors() throws IOException {
        try (var entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.count();
        }
    }

    /** A listener that accepts nothing and whose backlog is full: the kernel drops what knocks. */
    private static final class BlackHole implements Backend, AutoCloseable {

        private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final List<Socket> waiting = new ArrayList<>();

        BlackHole() throws IOException {
            while (knock()) {
                assertThat(waiting).as("the backlog fills up").hasSizeLessThan(100);
            }
        }

        private boolean knock() throws IOException {
            Socket client = new Socket();
            waiting.add(client);
            try {
                client.connect(address(), 500);
                return true;
            } catch (SocketTimeoutException e) {
                return false;
            }
        }

        @Override
        public String name() {
            return "black hole";
        }

        @Override
        public SocketAddress address() {
            return socket.getLocalSocketAddress();
        }

        @Override
        public int weight() {
            return 1;
        }

        @Override
        public int activeConnections() {
            return 0;
        }

        @Override
        public void close() throws IOException {
            for (Socket client : waiting) {
                client.close();
            }
            socket.close();
        }
    }
}

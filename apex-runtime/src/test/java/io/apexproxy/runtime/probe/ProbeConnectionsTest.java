package io.apexproxy.runtime.probe;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.Backend;
import io.apexproxy.api.testkit.BlackHole;
import io.apexproxy.api.testkit.FakeBackend;
import io.apexproxy.api.testkit.FakeServer;
import io.apexproxy.api.testkit.RefusedPort;
import io.apexproxy.runtime.engine.Engine;
import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.TurnObserver;
import io.apexproxy.runtime.engine.select.SelectTransport;
import io.apexproxy.runtime.limit.LocalFailure;
import io.apexproxy.runtime.plugin.BackendConnector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ReadPendingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(60)
class ProbeConnectionsTest {

    private static final Duration AMPLE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final int THREADS = 4;

    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS, task -> new Thread(task, "plugin"));
    private final ProbeConnector connector = new ProbeConnector(SelectTransport::newProvider);
    private final BackendConnector.Connections connections = connector.of(executor);

    @AfterEach
    void close() throws IOException {
        connector.close();
        executor.shutdownNow();
    }

    private AsynchronousByteChannel connect(Backend backend, Duration timeout) throws Exception {
        return connections.connect(backend, backend.address(), timeout).toCompletableFuture().get(20, SECONDS);
    }

    private static void greetAndReadToEnd(Socket connection) throws IOException {
        FakeServer.write(connection, "hello");
        FakeServer.readToEnd(connection);
    }

    @Test
    void preambleComesFirstAndBlockingReadsAndWritesWork() throws Exception {
        try (var server = FakeServer.running(connection -> {
            byte[] received = connection.getInputStream().readNBytes(6);
            connection.getOutputStream().write(received);
            FakeServer.readToEnd(connection);
        })) {
            FakeBackend backend = FakeBackend.at(server.backend().address());
            backend.preamble("PRE".getBytes(US_ASCII));
            AsynchronousByteChannel channel = connect(backend, AMPLE);

            assertThat(channel.write(ByteBuffer.wrap("ask".getBytes(US_ASCII))).get()).isEqualTo(3);

            assertThat(Channels.newInputStream(channel).readNBytes(6)).asString().isEqualTo("PREask");
            assertThat(channel.read(ByteBuffer.allocate(0)).get()).isZero();
            channel.close();
            assertThat(server.ending()).isEqualTo(FakeServer.REGULAR);
        }
    }

    @Test
    void handlersAndDependentActionsRunOnTheExecutor() throws Exception {
        try (var server = FakeServer.running(ProbeConnectionsTest::greetAndReadToEnd)) {
            CompletableFuture<String> threads = new CompletableFuture<>();
            Backend backend = server.backend();
            connections.connect(backend, backend.address(), AMPLE).thenAccept(channel -> {
                String first = Thread.currentThread().getName();
                channel.read(ByteBuffer.allocate(9), null, new CompletionHandler<Integer, Void>() {
                    @Override
                    public void completed(Integer count, Void nothing) {
                        threads.complete(first + ", " + Thread.currentThread().getName() + ": " + count);
                    }

                    @Override
                    public void failed(Throwable failure, Void nothing) {
                        threads.completeExceptionally(failure);
                    }
                });
            });

            assertThat(threads.get(20, SECONDS)).isIn("plugin, plugin: 5", "main, plugin: 5"); // connected already
        }
    }

    /** Otherwise tasks that occupy all threads and wait for their connects would wait without an end. */
    @Test
    void waitingTasksNeedNoThreadOfTheExecutor() throws Exception {
        try (var server = FakeServer.running(ProbeConnectionsTest::greetAndReadToEnd)) {
            List<CompletableFuture<Integer>> probes = Stream.generate(() -> CompletableFuture.supplyAsync(() -> {
                try (AsynchronousByteChannel channel = connect(server.backend(), AMPLE)) {
                    return channel.read(ByteBuffer.allocate(9)).get(20, SECONDS);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }, executor)).limit(2 * THREADS).toList();

            assertThat(probes).allSatisfy(probe -> assertThat(probe.get(20, SECONDS)).isEqualTo(5));
        }
    }

    @Test
    void interruptedWaitClosesTheConnection() throws Exception {
        try (var server = FakeServer.running(FakeServer::readToEnd)) {
            AsynchronousByteChannel channel = connect(server.backend(), AMPLE);
            var read = channel.read(ByteBuffer.allocate(1));
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(ReadPendingException.class);
            Thread.currentThread().interrupt();

            assertThatThrownBy(read::get).isInstanceOf(InterruptedException.class);

            assertThat(channel.isOpen()).isFalse();
            assertThat(server.ending()).isNotEqualTo("none");
        }
    }

    /** As with {@code orTimeout}. */
    @Test
    void connectionThatThePluginDoesNotWantIsClosed() throws Exception {
        try (var server = FakeServer.running(FakeServer::readToEnd)) {
            Backend backend = server.backend();

            connections.connect(backend, backend.address(), AMPLE).toCompletableFuture().complete(null);

            assertThat(server.ending()).isEqualTo(FakeServer.REGULAR);
        }
    }

    @Test
    void refusedConnectionHasTheReasonOfTheSystem() throws IOException {
        try (var refused = new RefusedPort()) {
            assertThatThrownBy(() -> connect(refused.backend(), AMPLE)).cause().isExactlyInstanceOf(IOException.class)
                    .hasMessage("connection refused").hasCauseInstanceOf(SocketException.class);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX) // elsewhere a full backlog refuses
    void connectTimesOut() throws Exception {
        try (var blackHole = new BlackHole()) {
            assertThatThrownBy(() -> connect(blackHole.backend(), SHORT)).cause().hasMessage("timed out after 300ms");
        }
    }

    @Test
    void unsuitableAddressFails() {
        SocketAddress unresolved = InetSocketAddress.createUnresolved("a.example", 80);
        assertThat(connections.connect(FakeBackend.at(unresolved), unresolved, AMPLE).toCompletableFuture())
                .failsWithin(AMPLE);
    }

    @Test
    void lackOfDescriptorsIsALocalFailure() {
        Engine full = new Engine() {
            @Override
            public String name() {
                return "full";
            }

            @Override
            public Loop openLoop(ThreadFactory threads, TurnObserver turns) throws IOException {
                throw new IOException("Too many open files");
            }

            @Override
            public boolean distributesConnections() {
                return false;
            }
        };
        Backend backend = FakeBackend.of("any");

        var connect = new ProbeConnector(() -> full).of(executor).connect(backend, backend.address(), AMPLE);

        assertThat(connect.toCompletableFuture()).failsWithin(AMPLE).withThrowableThat().havingCause()
                .withMessage("too many open files").matches(LocalFailure::is);
    }

    @Test
    void endlessResponseIsCutOff() throws Exception {
        try (var server = FakeServer.running(connection -> {
            while (true) {
                FakeServer.write(connection, "again and again ");
            }
        })) {
            connect(server.backend(), AMPLE).close();

            assertThat(server.ending()).isNotIn(FakeServer.REGULAR, "none");
        }
    }

    @Test
    void slowEndlessResponseIsCutOffAtTheTimeout() throws Exception {
        try (var server = FakeServer.running(connection -> {
            while (true) {
                FakeServer.write(connection, ".");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        })) {
            connect(server.backend(), SHORT).close();

            assertThat(server.ending()).isNotIn(FakeServer.REGULAR, "none");
        }
    }

    /** The acknowledgement of the handshake is deferred, and a reset takes its place: the server accepts nothing. */
    @Test
    @EnabledOnOs(OS.LINUX) // TCP_QUICKACK
    void connectionThatIsResetBeforeUseIsNotAccepted() throws Exception {
        int connects = 20;
        try (var server = new ServerSocket(0, 2 * connects, InetAddress.getLoopbackAddress())) {
            Backend backend = FakeBackend.at(server.getLocalSocketAddress());
            for (int i = 0; i < connects; i++) {
                resetOnClose(connect(backend, AMPLE)).close();
            }
            NetworkChannel last = (NetworkChannel) connect(backend, AMPLE);
            ((AsynchronousByteChannel) last).write(ByteBuffer.allocate(1)).get();

            int accepted = 0;
            while (!server.accept().getRemoteSocketAddress().equals(last.getLocalAddress())) {
                accepted++;
            }

            assertThat(accepted).as("connections that were acknowledged because this machine was busy for 200 ms")
                    .isLessThan(connects / 2);
            last.close();
        }
    }

    /** Otherwise each probe of a server that speaks first would take 200 ms. */
    @Test
    void readSendsTheDeferredAcknowledgementAtOnce() throws Exception {
        try (var server = FakeServer.running(ProbeConnectionsTest::greetAndReadToEnd)) {
            long fastest = Long.MAX_VALUE;
            for (int i = 0; i < 10; i++) {
                long start = System.nanoTime();
                try (AsynchronousByteChannel channel = connect(server.backend(), AMPLE)) {
                    assertThat(channel.read(ByteBuffer.allocate(9)).get(20, SECONDS)).isEqualTo(5);
                }
                fastest = Math.min(fastest, System.nanoTime() - start);
            }

            assertThat(Duration.ofNanos(fastest)).isLessThan(Duration.ofMillis(100));
        }
    }

    @Test
    void pendingReadIsResetToo() throws Exception {
        try (var server = FakeServer.running(FakeServer::readToEnd)) {
            AsynchronousByteChannel channel = resetOnClose(connect(server.backend(), AMPLE));
            var read = channel.read(ByteBuffer.allocate(1));
            channel.write(ByteBuffer.allocate(1)).get();

            channel.close();

            assertThat(server.ending()).isEqualTo("Connection reset");
            assertThatThrownBy(() -> read.get(20, SECONDS)).hasCauseInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void onlyOptionIsLingerWithoutWaiting() throws Exception {
        try (var server = FakeServer.running(FakeServer::readToEnd)) {
            NetworkChannel channel = (NetworkChannel) connect(server.backend(), AMPLE);

            assertThat(channel.supportedOptions()).containsExactly(StandardSocketOptions.SO_LINGER);
            assertThat(channel.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(-1);
            assertThat(channel.setOption(StandardSocketOptions.SO_LINGER, 0)
                    .getOption(StandardSocketOptions.SO_LINGER)).isZero();
            assertThatThrownBy(() -> channel.setOption(StandardSocketOptions.SO_LINGER, 1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> channel.setOption(StandardSocketOptions.TCP_NODELAY, true))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> channel.bind(null)).isInstanceOf(UnsupportedOperationException.class);
            channel.setOption(StandardSocketOptions.SO_LINGER, -1).close();
            assertThat(server.ending()).isEqualTo(FakeServer.REGULAR);
            assertThatThrownBy(() -> channel.setOption(StandardSocketOptions.SO_LINGER, 0))
                    .isInstanceOf(ClosedChannelException.class);
        }
    }

    private static AsynchronousByteChannel resetOnClose(AsynchronousByteChannel channel) throws IOException {
        ((NetworkChannel) channel).setOption(StandardSocketOptions.SO_LINGER, 0);
        return channel;
    }

    /** A close with unread bytes would reset the connection, which the backend logs. */
    @Test
    void lateResponseIsDiscardedWithoutReset() throws Exception {
        try (var server = FakeServer.running(connection -> {
            FakeServer.readToEnd(connection);
            for (int i = 0; i < 100; i++) {
                FakeServer.write(connection, "220 ready\r\n");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        })) {
            connect(server.backend(), AMPLE).close();

            assertThat(server.ending()).isEqualTo(FakeServer.REGULAR);
        }
    }

    @Test
    void oldestConnectionIsClosedBeyondTheLimit() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (var server = FakeServer.running(connection -> {
            FakeServer.readToEnd(connection);
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            FakeServer.write(connection, "a");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
            FakeServer.write(connection, "b"); // fails on a connection that the first write has reset
        })) {
            for (int i = 0; i < ProbeConnections.MAX_LINGERING + 1; i++) {
                connect(server.backend(), AMPLE).close();
            }
            AsynchronousByteChannel afterwards = connect(server.backend(), AMPLE); // the loop has begun all closes
            release.countDown();

            List<String> endings = new ArrayList<>();
            for (int i = 0; i < ProbeConnections.MAX_LINGERING + 1; i++) {
                endings.add(server.ending());
            }
            assertThat(endings).filteredOn(FakeServer.REGULAR::equals).hasSize(ProbeConnections.MAX_LINGERING);
            afterwards.close();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX) // /proc
    void closeClosesAllConnectionsAndRefusesLaterOnes() throws Exception {
        try (var server = FakeServer.running(FakeServer::readToEnd)) {
            connect(server.backend(), AMPLE).close(); // opens the loop
            assertThat(server.ending()).isEqualTo(FakeServer.REGULAR);
            long before = sockets();
            List<AsynchronousByteChannel> channels = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                channels.add(connect(server.backend(), AMPLE));
            }
            var read = channels.get(0).read(ByteBuffer.allocate(1));

            connections.close();

            assertThatThrownBy(() -> read.get(20, SECONDS)).hasCauseInstanceOf(ClosedChannelException.class);
            await().until(() -> channels.stream().noneMatch(AsynchronousByteChannel::isOpen));
            for (int i = 0; i < 20; i++) {
                assertThat(server.ending()).isNotEqualTo("none");
            }
            await().until(() -> sockets() <= before);
            assertThatThrownBy(() -> connect(server.backend(), AMPLE)).hasCauseInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> channels.get(1).write(ByteBuffer.allocate(1)).get(20, SECONDS))
                    .hasCauseInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void closedConnectorRefusesConnections() throws Exception {
        try (var server = FakeServer.running(FakeServer::readToEnd)) {
            AsynchronousByteChannel channel = connect(server.backend(), AMPLE);

            connector.close();

            assertThat(server.ending()).isNotEqualTo("none");
            await().until(() -> !channel.isOpen() || threads("apex-probe") == 0);
            assertThatThrownBy(() -> connect(server.backend(), AMPLE)).hasCauseInstanceOf(ClosedChannelException.class);
        }
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals(name)).count();
    }

    private static long sockets() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(file -> {
                try {
                    return Files.readSymbolicLink(file).toString().startsWith("socket:");
                } catch (IOException e) { // closed meanwhile
                    return false;
                }
            }).count();
        }
    }
}

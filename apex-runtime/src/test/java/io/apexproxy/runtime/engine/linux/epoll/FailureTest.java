package io.apexproxy.runtime.engine.linux.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.TurnObserver;
import io.apexproxy.runtime.engine.linux.Errno;
import io.apexproxy.runtime.engine.linux.epoll.FailingCalls.Call;
import io.apexproxy.runtime.engine.linux.LinuxSupport;
import io.apexproxy.runtime.engine.loop.Completion;
import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.loop.LoopProvider;
import io.apexproxy.test.LogCapture;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of failures of each system call: the exception, the log, and that no descriptor is left open. */
@EnabledIf("isAvailable")
class FailureTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int ENOSPC = 28;
    private static final int EPIPE = 32;
    private static final int EIO = 5;
    private static final int PIPES = 2;

    private final Map<Call, Integer> failures = FailingCalls.none();
    private final LoopProvider provider =
            new LoopProvider("failing", () -> new EpollTransport(FailingCalls.supplier(failures), PIPES), PIPES);
    private LoopGroup loop;
    private ServerSocket backend;

    static boolean isAvailable() {
        return LinuxSupport.unavailability().isEmpty();
    }

    @BeforeEach
    void open() throws IOException {
        loop = openLoop();
        backend = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private LoopGroup openLoop() throws IOException {
        return provider.openLoop(task -> {
            var thread = new Thread(task, "failing-loop");
            thread.setDaemon(true);
            return thread;
        }, TurnObserver.NONE);
    }

    @AfterEach
    void close() throws Exception {
        failures.clear();
        backend.close();
        loop.shutdownNow();
        assertThat(loop.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private LoopServerSocketChannel server() throws IOException {
        return (LoopServerSocketChannel) loop.openServer(ANY_PORT).bind(ANY_PORT);
    }

    private LoopSocketChannel connected() throws IOException {
        var channel = loop.openSocket(ANY_PORT);
        var connect = new Completion<Void>();
        channel.connect(backend.getLocalSocketAddress(), null, connect);
        connect.result();
        return channel;
    }

    private static Socket connectTo(LoopServerSocketChannel server) throws IOException {
        var address = (InetSocketAddress) server.getLocalAddress();
        return new Socket(address.getAddress(), address.getPort());
    }

    @ParameterizedTest
    @EnumSource(value = Call.class, names = {"EPOLL_CREATE", "EVENTFD", "EPOLL_ADD"})
    void loopThatCannotBeOpenedLeavesNoDescriptor(Call call) throws IOException {
        long before = descriptors();
        failures.put(call, Errno.EMFILE);

        assertThatThrownBy(this::openLoop).isInstanceOf(IOException.class).hasMessage("Too many open files");

        assertThat(descriptors()).isEqualTo(before);
    }

    @Test
    void lackOfDescriptorsFailsTheOpening() {
        failures.put(Call.SOCKET, Errno.EMFILE);

        assertThatThrownBy(() -> loop.openSocket(ANY_PORT)).isInstanceOf(SocketException.class)
                .hasMessage("Too many open files");

        failures.put(Call.SOCKET, Errno.EMFILE);
        assertThatThrownBy(() -> loop.openServer(ANY_PORT)).isInstanceOf(SocketException.class);
        failures.put(Call.SOCKET, Errno.EMFILE);
        assertThatThrownBy(() -> loop.reserve(ANY_PORT)).isInstanceOf(SocketException.class);
    }

    @Test
    void missingFamilyIsUnsupported() {
        failures.put(Call.SOCKET, Errno.EAFNOSUPPORT);

        assertThatThrownBy(() -> loop.openSocket(ANY_PORT)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void socketThatCannotBeConfiguredIsClosed() throws IOException {
        long before = descriptors();
        failures.put(Call.SET_OPTION, Errno.ENOMEM);

        assertThatThrownBy(() -> loop.openServer(ANY_PORT)).isInstanceOf(SocketException.class)
                .hasMessage("Cannot allocate memory");

        assertThat(descriptors()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(value = Call.class, names = {"BIND", "LISTEN"})
    void addressInUseFailsTheBind(Call call) throws IOException {
        var server = loop.openServer(ANY_PORT);
        failures.put(call, Errno.EADDRINUSE);

        assertThatThrownBy(() -> server.bind(ANY_PORT)).isInstanceOf(BindException.class)
                .hasMessage("Address already in use");
    }

    @Test
    void failedAcceptLeavesTheServerOpen() throws IOException {
        var server = server();
        failures.put(Call.ACCEPT, Errno.EMFILE);
        var failed = new Completion<AsynchronousSocketChannel>();
        server.accept(null, failed);
        try (var client = connectTo(server)) {
            assertThat(failed.failure()).isInstanceOf(IOException.class).hasMessage("Too many open files");

            var next = new Completion<AsynchronousSocketChannel>();
            server.accept(null, next);

            assertThat(next.result().getRemoteAddress()).isEqualTo(client.getLocalSocketAddress());
        }
    }

    @Test
    void failedQueryOfTheOwnAddressLosesNoConnection() throws IOException {
        var server = server();
        try (var client = connectTo(server)) {
            failures.put(Call.LOCAL_ADDRESS, EIO);
            var failed = new Completion<AsynchronousSocketChannel>();
            server.accept(null, failed);
            assertThat(failed.failure()).isInstanceOf(SocketException.class).hasMessage("Input/output error");

            var next = new Completion<AsynchronousSocketChannel>();
            server.accept(null, next);

            assertThat(next.result().getRemoteAddress()).isEqualTo(client.getLocalSocketAddress());
        }
    }

    @Test
    void connectionThatTheClientHasAbortedIsSkipped() throws IOException {
        var server = server();
        failures.put(Call.ACCEPT, Errno.ECONNABORTED);
        var accept = new Completion<AsynchronousSocketChannel>();
        server.accept(null, accept);

        try (var client = connectTo(server)) {
            assertThat(accept.result().getRemoteAddress()).isEqualTo(client.getLocalSocketAddress());
        }
    }

    @Test
    void acceptedConnectionThatCannotBeWatchedIsClosed() throws Exception {
        var server = server();
        var failed = new Completion<AsynchronousSocketChannel>();
        server.accept(null, failed);
        var isWatched = new CompletableFuture<Void>();
        loop.execute(() -> isWatched.complete(null)); // after the accept, which is a task, too
        isWatched.get(20, TimeUnit.SECONDS);
        failures.put(Call.EPOLL_ADD, ENOSPC);

        try (var client = connectTo(server)) {
            assertThat(failed.failure()).isInstanceOf(IOException.class).hasMessage("No space left on device");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void serverThatCannotBeWatchedIsClosedAndLogged() throws IOException {
        var server = server();
        failures.put(Call.EPOLL_ADD, ENOSPC);
        try (var log = LogCapture.of("apex.engine", Level.ERROR)) {
            var accept = new Completion<AsynchronousSocketChannel>();

            server.accept(null, accept);

            assertThat(accept.failure()).isInstanceOf(IOException.class);
            assertThat(server.isOpen()).isFalse();
            assertThat(log.lines()).singleElement().asString()
                    .endsWith("listening socket closed: epoll_ctl failed: No space left on device");
        }
    }

    @ParameterizedTest
    @EnumSource(value = Call.class, names = {"CONNECT", "EPOLL_ADD"})
    void failedConnectClosesTheChannel(Call call) throws IOException {
        var channel = loop.openSocket(ANY_PORT);
        failures.put(call, Errno.ENOMEM);
        var connect = new Completion<Void>();

        channel.connect(backend.getLocalSocketAddress(), null, connect);

        assertThat(connect.failure()).isInstanceOf(IOException.class).hasMessage("Cannot allocate memory");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void failedQueryOfTheReasonFailsTheConnect() throws IOException {
        backend.close();
        var channel = loop.openSocket(ANY_PORT);
        failures.put(Call.QUERY_OPTION, Errno.ENOMEM);
        var connect = new Completion<Void>();

        channel.connect(backend.getLocalSocketAddress(), null, connect);

        assertThat(connect.failure()).isInstanceOf(IOException.class)
                .hasMessageMatching("Cannot allocate memory|Connection refused");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void interruptedConnectContinues() throws IOException {
        failures.put(Call.CONNECT, Errno.EINTR);

        assertThat(connected().getRemoteAddress()).isEqualTo(backend.getLocalSocketAddress());
    }

    @Test
    void failedReadFailsTheOperationOnly() throws IOException {
        var channel = connected();
        try (var peer = backend.accept()) {
            failures.put(Call.READ, EIO);
            var failed = new Completion<Integer>();
            channel.read(ByteBuffer.allocateDirect(8), null, failed);
            peer.getOutputStream().write('a');
            assertThat(failed.failure()).isExactlyInstanceOf(IOException.class).hasMessage("Input/output error");

            var next = new Completion<Integer>();
            channel.read(ByteBuffer.allocateDirect(8), null, next);

            assertThat(next.result()).isEqualTo(1);
        }
    }

    @Test
    void failedWriteFailsTheOperation() throws IOException {
        var channel = connected();
        failures.put(Call.SEND, EPIPE);
        var write = new Completion<Integer>();

        channel.write(ByteBuffer.allocateDirect(8), null, write);

        assertThat(write.failure()).isExactlyInstanceOf(IOException.class).hasMessage("Broken pipe");
    }

    @Test
    void halfCloseOfAResetConnectionIsIgnoredAndAnotherFailureIsNot() throws IOException {
        var channel = connected();
        failures.put(Call.SHUTDOWN, Errno.ENOTCONN);
        channel.shutdownInput();
        failures.put(Call.SHUTDOWN, EIO);

        assertThatThrownBy(channel::shutdownOutput).isInstanceOf(SocketException.class)
                .hasMessage("Input/output error");
    }

    @Test
    void unknownUnacknowledgedBytesAreEmpty() throws Exception {
        var channel = connected();
        failures.put(Call.UNACKNOWLEDGED, EIO);
        var count = new CompletableFuture<OptionalLong>();

        loop.execute(() -> count.complete(channel.unacknowledged()));

        assertThat(count.get(20, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void failedQueriesThrow() throws IOException {
        var channel = connected();
        failures.put(Call.LOCAL_ADDRESS, EIO);
        assertThatThrownBy(channel::getLocalAddress).isInstanceOf(SocketException.class);
        failures.put(Call.QUERY_OPTION, EIO);
        assertThatThrownBy(() -> channel.getOption(StandardSocketOptions.SO_RCVBUF))
                .isInstanceOf(SocketException.class);
        failures.put(Call.SET_OPTION, EIO);

        assertThatThrownBy(() -> channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true))
                .isInstanceOf(SocketException.class);
    }

    @Test
    void interruptedWaitIsRepeatedAndAFailedOneIsLogged() throws Exception {
        try (var log = LogCapture.of("apex.engine", Level.ERROR)) {
            failures.put(Call.EPOLL_WAIT, Errno.EINTR);
            loop.execute(() -> {});
            await().until(failures::isEmpty);
            failures.put(Call.EPOLL_WAIT, EIO);
            loop.execute(() -> {});

            await().until(() -> !log.lines().isEmpty());
            assertThat(log.lines()).singleElement().asString()
                    .contains("A turn failed; the event loop continues");
        }
        var channel = connected();
        assertThat(channel.isOpen()).isTrue();
    }
}

package io.apexproxy.runtime.engine.linux.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.TurnObserver;
import io.apexproxy.runtime.engine.linux.Errno;
import io.apexproxy.runtime.engine.linux.LinuxSupport;
import io.apexproxy.runtime.engine.linux.uring.FailingRingCalls.Call;
import io.apexproxy.runtime.engine.loop.Completion;
import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.loop.LoopProvider;
import io.apexproxy.test.LogCapture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of failures of a ring, and of more received bytes than it has buffers. */
@EnabledIf("isAvailable")
class UringTest {
    private static final int EPERM = 1;
    private static final int EBADF = 9;
    private static final byte[] TWO_BYTES = {'a', 'b'};

    private final FailingRingCalls calls = new FailingRingCalls();
    private final LoopProvider provider =
            new LoopProvider("failing", () -> new UringTransport(LinuxSupport.calls(), calls, 0), 0);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private LoopGroup loop;

    static boolean isAvailable() {
        return UringEngine.unavailability().isEmpty();
    }

    private void openLoop() throws IOException {
        loop = provider.openLoop(task -> {
            var thread = new Thread(task, "uring-loop");
            thread.setDaemon(true);
            return thread;
        }, TurnObserver.NONE);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        if (loop != null) {
            loop.shutdownNow();
            assertThat(loop.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    /** A channel and the plain socket that it is connected to. */
    private record Pair(LoopSocketChannel channel, Socket peer) {
    }

    private Pair connected() throws IOException {
        try (var listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var channel = loop.openSocket(listening.getLocalSocketAddress());
            var connect = new Completion<Void>();
            channel.connect(listening.getLocalSocketAddress(), null, connect);
            Socket peer = listening.accept();
            peer.setSoTimeout(20_000);
            connect.result();
            opened.add(channel);
            opened.add(peer);
            return new Pair(channel, peer);
        }
    }

    private static int read(LoopSocketChannel channel, ByteBuffer target) {
        var read = new Completion<Integer>();
        channel.read(target, null, read);
        return read.result();
    }

    @ParameterizedTest
    @CsvSource({"SETUP, io_uring_setup: Operation not permitted", "MAP, the memory of io_uring cannot be mapped",
        "ENABLE, io_uring_register: Operation not permitted", "MAP_BUFFERS, the buffers of io_uring cannot be mapped",
        "REGISTER_BUFFERS, io_uring_register (buffers): Operation not permitted"})
    void engineIsUnavailableForTheReasonOfTheFailure(Call call, String reason) throws IOException {
        long before = descriptors();

        assertThat(UringEngine.probe(calls.fail(call, EPERM))).contains(reason);

        assertThat(descriptors()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(value = Call.class, names = {"SETUP", "MAP"})
    void loopThatCannotBeOpenedLeavesNoDescriptor(Call call) throws IOException {
        long before = descriptors();
        calls.fail(call, Errno.EMFILE);

        assertThatThrownBy(this::openLoop).isInstanceOf(IOException.class).hasMessageContaining("io_uring");

        assertThat(descriptors()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(value = Call.class, names = {"ENABLE", "MAP_BUFFERS", "REGISTER_BUFFERS"})
    void loopThatCannotBeEnabledLogsThatAndTriesAgain(Call call) throws IOException {
        try (var log = LogCapture.of("apex.engine")) {
            calls.fail(call, Errno.ENOMEM);
            openLoop();

            await().untilAsserted(() -> assertThat(log.lines()).anyMatch(line -> line.contains("A turn failed")));

            var pair = connected();
            pair.peer.getOutputStream().write('a');
            assertThat(read(pair.channel, ByteBuffer.allocateDirect(1))).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EINTR, Errno.EAGAIN, Errno.EBUSY, Errno.ENOMEM, EBADF})
    void failedTurnLosesNoOperation(int errno) throws IOException {
        openLoop();
        var pair = connected();
        for (int i = 0; i < 10; i++) {
            calls.fail(Call.ENTER, errno);
            var write = new Completion<Integer>();
            pair.channel.write(ByteBuffer.allocateDirect(1), null, write);
            assertThat(write.result()).isEqualTo(1);
            assertThat(pair.peer.getInputStream().read()).isZero();
            pair.peer.getOutputStream().write('a');
            assertThat(read(pair.channel, ByteBuffer.allocateDirect(1))).isEqualTo(1);
            await().until(() -> !calls.isToFail(Call.ENTER));
        }
    }

    @Test
    void connectionsReceiveWhileOthersHoldAllBuffers() throws IOException {
        openLoop();
        List<Pair> holding = new ArrayList<>();
        for (int i = 0; i < BufferRing.COUNT; i++) {
            var pair = connected();
            pair.peer.getOutputStream().write(TWO_BYTES);
            assertThat(read(pair.channel, ByteBuffer.allocateDirect(1))).isEqualTo(1);
            holding.add(pair);
        }

        var pair = connected();
        for (int i = 0; i < 3; i++) {
            pair.peer.getOutputStream().write(TWO_BYTES);
            assertThat(read(pair.channel, ByteBuffer.allocateDirect(8))).isEqualTo(2);
        }
        pair.peer.shutdownOutput();
        assertThat(read(pair.channel, ByteBuffer.allocateDirect(8))).isEqualTo(-1);
        for (Pair each : holding) {
            var rest = ByteBuffer.allocateDirect(8);
            assertThat(read(each.channel, rest)).isEqualTo(1);
            assertThat(rest.get(0)).isEqualTo((byte) 'b');
        }
    }

    @Test
    void moreOperationsThanTheQueueHoldsAreAllSubmitted() throws IOException {
        openLoop();
        List<Completion<Integer>> reads = new ArrayList<>();
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < Ring.ENTRIES + 100; i++) {
            pairs.add(connected());
        }
        loop.execute(() -> pairs.forEach(pair -> {
            var read = new Completion<Integer>();
            reads.add(read);
            pair.channel.read(ByteBuffer.allocateDirect(1), null, read);
        }));
        for (Pair pair : pairs) {
            pair.peer.getOutputStream().write('a');
        }

        await().until(() -> reads.size() == pairs.size());
        assertThat(reads).allMatch(Completion::succeeds);
    }
}

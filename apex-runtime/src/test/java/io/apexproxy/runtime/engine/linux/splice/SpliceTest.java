package io.apexproxy.runtime.engine.linux.splice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.Splice;
import io.apexproxy.runtime.engine.TurnObserver;
import io.apexproxy.runtime.engine.linux.LinuxSupport;
import io.apexproxy.runtime.engine.linux.epoll.EpollEngine;
import io.apexproxy.runtime.engine.linux.uring.UringEngine;
import io.apexproxy.runtime.engine.loop.Completion;
import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.loop.LoopProvider;
import io.apexproxy.test.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of splices between real sockets. Each channel has a plain socket as its peer. */
@EnabledIf("isAvailable")
@ParameterizedClass
@MethodSource("engines")
class SpliceTest {
    private static final int PIPES = 2;
    private static final int MORE_THAN_FITS = 16 << 20;

    @Parameter
    private LoopProvider engine;
    private final List<Socket> peers = new ArrayList<>();
    private ServerSocket listening;
    private LoopGroup loop;

    static boolean isAvailable() {
        return LinuxSupport.unavailability().isEmpty();
    }

    static List<LoopProvider> engines() {
        return UringEngine.unavailability().isEmpty()
                ? List.of(EpollEngine.newProvider(PIPES), UringEngine.newProvider(PIPES))
                : List.of(EpollEngine.newProvider(PIPES));
    }

    @BeforeEach
    void open() throws IOException {
        loop = engine.openLoop(task -> {
            var thread = new Thread(task, "splicing-loop");
            thread.setDaemon(true);
            return thread;
        }, TurnObserver.NONE);
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws Exception {
        for (Socket peer : peers) {
            peer.close();
        }
        listening.close();
        loop.shutdownNow();
        assertThat(loop.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    private LoopSocketChannel connected() throws IOException {
        var channel = loop.openSocket(listening.getLocalSocketAddress());
        var connect = new Completion<Void>();
        channel.connect(listening.getLocalSocketAddress(), null, connect);
        Socket peer = listening.accept();
        peer.setSoTimeout(20_000);
        peers.add(peer);
        connect.result();
        return channel;
    }

    private <V> V onLoop(Callable<V> call) throws Exception {
        var result = new CompletableFuture<V>();
        loop.execute(() -> {
            try {
                result.complete(call.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(20, TimeUnit.SECONDS);
    }

    private Splice splice(LoopSocketChannel source, LoopSocketChannel sink) throws Exception {
        return onLoop(() -> source.spliceTo(sink));
    }

    /** Receives, and waits until the source has bytes, an end or a failure. An engine can leave the end to a read. */
    private int receive(LoopSocketChannel source, Splice splice) throws Exception {
        int count = onLoop(splice::receive);
        while (count == 0) {
            var readable = new Completion<Integer>();
            source.awaitReadable(null, readable);
            readable.result();
            count = onLoop(splice::receive);
        }
        return count == Splice.READ_FIRST ? read(source) : count;
    }

    private static int read(LoopSocketChannel source) {
        var read = new Completion<Integer>();
        source.read(ByteBuffer.allocateDirect(1), null, read);
        return read.result();
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(4711).nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static long pipes() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(descriptor -> {
                try {
                    return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
                } catch (IOException closedMeanwhile) {
                    return false;
                }
            }).count();
        }
    }

    @Test
    void bytesArriveInOrderThroughABlockedSink() throws Exception {
        var source = connected();
        var sink = connected();
        var splice = splice(source, sink);
        byte[] sent = random(MORE_THAN_FITS);
        var writer = Bytes.async(() -> {
            peers.get(0).getOutputStream().write(sent);
            peers.get(0).shutdownOutput();
            return null;
        });
        var reader = Bytes.async(() -> peers.get(1).getInputStream().readNBytes(MORE_THAN_FITS));

        int total = 0;
        for (int count = receive(source, splice); count >= 0; count = receive(source, splice)) {
            total += count;
            onLoop(splice::send);
            while (splice.held() > 0) {
                var room = new Completion<Integer>();
                splice.awaitRoom("attached", room);
                assertThat(room.result()).isZero();
                assertThat(room.attachment()).isEqualTo("attached");
                onLoop(splice::send);
            }
        }
        onLoop(() -> {
            splice.release();
            return null;
        });

        writer.get(20, TimeUnit.SECONDS);
        assertThat(total).isEqualTo(MORE_THAN_FITS);
        assertThat(reader.get(20, TimeUnit.SECONDS)).isEqualTo(sent);
    }

    @Test
    void roomIsReportedOnlyAfterThePeerHasRead() throws Exception {
        var source = connected();
        var sink = connected();
        var splice = splice(source, sink);
        var writer = Bytes.async(() -> {
            peers.get(0).getOutputStream().write(new byte[MORE_THAN_FITS]);
            return null;
        });
        do {
            receive(source, splice);
            onLoop(splice::send);
        } while (splice.held() == 0);
        var room = new Completion<Integer>();
        splice.awaitRoom(null, room);
        assertThat(room.isDoneWithin(50)).isFalse();

        // no read blocks: the loop can report the room after all bytes have been read
        var input = peers.get(1).getInputStream();
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> {
            input.readNBytes(Math.min(64 * 1024, input.available()));
            return room.isDone();
        });

        onLoop(splice::send);
        sink.close();
        source.close();
        writer.handle((done, failure) -> null).get(20, TimeUnit.SECONDS); // its connection is closed
    }

    @Test
    void receiveReturnsZeroWithoutBytesAndThrowsAfterAReset() throws Exception {
        var source = connected();
        var splice = splice(source, connected());
        assertThat(onLoop(splice::receive)).isZero();

        peers.get(0).setOption(StandardSocketOptions.SO_LINGER, 0);
        peers.get(0).close();

        assertThatThrownBy(() -> receive(source, splice)).hasRootCauseMessage("Connection reset");
    }

    @Test
    void sendToAClosedPeerThrows() throws Exception {
        var source = connected();
        var sink = connected();
        var splice = splice(source, sink);
        peers.get(0).getOutputStream().write(new byte[1000]);
        assertThat(receive(source, splice)).isEqualTo(1000);
        onLoop(sink::shutdownOutput);

        assertThatThrownBy(() -> onLoop(splice::send)).hasRootCauseInstanceOf(ClosedChannelException.class);
    }

    @Test
    void pipeWithBytesIsNotUsedForAnotherConnection() throws Exception {
        var source = connected();
        var splice = splice(source, connected());
        peers.get(0).getOutputStream().write(bytes("secret"));
        assertThat(receive(source, splice)).isEqualTo(6);
        onLoop(() -> {
            splice.release();
            return null;
        });
        assertThat(splice.held()).isZero();
        var other = connected();
        var otherSink = connected();
        var otherSplice = splice(other, otherSink);

        peers.get(2).getOutputStream().write(bytes("public"));
        assertThat(receive(other, otherSplice)).isEqualTo(6);
        assertThat(onLoop(otherSplice::send)).isEqualTo(6);

        assertThat(peers.get(3).getInputStream().readNBytes(6)).asString().isEqualTo("public");
    }

    @Test
    void spliceWithoutAFreePipeSaysSoAndWorksAfterARelease() throws Exception {
        long before = pipes();
        List<Splice> splices = new ArrayList<>();
        for (int i = 0; i <= PIPES; i++) {
            splices.add(splice(connected(), connected()));
        }
        assertThat(onLoop(splices.get(0)::receive)).isZero();
        assertThat(onLoop(splices.get(1)::receive)).isZero();
        assertThat(onLoop(splices.get(2)::receive)).isEqualTo(Splice.NO_PIPE);
        assertThat(pipes()).isEqualTo(before + 2 * PIPES);

        onLoop(() -> {
            splices.get(0).release();
            splices.get(1).release();
            return null;
        });

        assertThat(onLoop(splices.get(2)::receive)).isZero();
        onLoop(() -> {
            splices.get(2).release();
            return null;
        });
        await().untilAsserted(() -> assertThat(pipes()).as("unused pipes are closed").isEqualTo(before));
    }

    @Test
    void spliceThatLeavesTheEndToAReadHoldsNoPipe() throws Exception {
        for (int i = 0; i <= PIPES; i++) {
            var source = connected();
            var splice = splice(source, connected());
            peers.get(peers.size() - 2).shutdownOutput();
            assertThat(receive(source, splice)).isEqualTo(-1);
        }

        assertThat(onLoop(splice(connected(), connected())::receive)).isZero();
    }

    @Test
    void otherChannelsAreNotSpliced() throws Exception {
        var source = connected();
        var other = engine.openLoop(Thread::new, TurnObserver.NONE);
        try {
            var elsewhere = other.openSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

            assertThat(splice(source, elsewhere)).isNull();
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void urgentByteStopsNoTransfer() throws Exception {
        var source = connected();
        var sink = connected();
        var splice = splice(source, sink);
        assertThat(onLoop(splice::receive)).isZero();

        peers.get(0).getOutputStream().write(bytes("a"));
        peers.get(0).sendUrgentData('!');
        peers.get(0).getOutputStream().write(bytes("b"));
        peers.get(0).shutdownOutput();

        int spliced = 0;
        int read = 0;
        for (int count = 0; count >= 0;) {
            count = onLoop(splice::receive);
            if (count == Splice.READ_FIRST) {
                count = read(source);
                read += Math.max(0, count);
            } else if (count == 0) {
                var readable = new Completion<Integer>();
                source.awaitReadable(null, readable);
                readable.result();
            } else {
                spliced += onLoop(splice::send);
            }
        }
        assertThat(spliced + read).isEqualTo(2);
    }
}

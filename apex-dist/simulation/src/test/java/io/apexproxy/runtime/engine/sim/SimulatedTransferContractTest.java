package io.apexproxy.runtime.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.sim.world.Endpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ReadPendingException;
import java.nio.channels.WritePendingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract tests of reading and writing on a {@link LoopSocketChannel}. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.sim.Seeds#few")
final class SimulatedTransferContractTest {

    private final long seed;
    private final Net net;
    private final LoopSocketChannel channel;
    private final Endpoint peer;

    SimulatedTransferContractTest(long seed) throws IOException {
        this.seed = seed;
        net = new Net(seed);
        var pair = net.connected();
        channel = pair.channel();
        peer = pair.peer();
    }

    @Test
    void readReturnsTheBytesOfThePeer() throws IOException {
        var buffer = ByteBuffer.allocate(16);
        Completion<Integer> read = net.completion();
        channel.read(buffer, "attached", read);
        net.runAllEvents();
        assertThat(read.isDone()).isFalse();

        peer.write(Net.bytes("a"));
        net.runAllEvents();

        assertThat(read.result()).isEqualTo(1);
        assertThat(Net.text(buffer)).isEqualTo("a");
        assertThat(read.attachment()).isEqualTo("attached");
    }

    @Test
    void readFromAnotherThreadNeverCompletesWithinTheCall() throws IOException {
        peer.write(Net.bytes("a"));
        net.runAllEvents();
        Completion<Integer> read = net.completion();

        channel.read(ByteBuffer.allocate(1), null, read);

        assertThat(read.isDone()).isFalse();
        net.runAllEvents();
        assertThat(read.result()).isEqualTo(1);
    }

    @Test
    void readWithoutRoomCompletesWithZero() {
        assertThat(read(0)).isZero();
    }

    @Test
    void secondReadThrows() {
        channel.read(ByteBuffer.allocate(1), null, net.completion());

        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1), null, net.completion()))
                .isInstanceOf(ReadPendingException.class);
        assertThatThrownBy(() -> channel.awaitReadable(null, net.completion()))
                .isInstanceOf(ReadPendingException.class);
    }

    @Test
    void secondWriteThrows() {
        net.fill(channel);

        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1), null, net.completion()))
                .isInstanceOf(WritePendingException.class);
        assertThatThrownBy(() -> channel.writeLast(ByteBuffer.allocate(1), null, net.completion()))
                .isInstanceOf(WritePendingException.class);
    }

    @Test
    void readAndWriteOverlap() throws IOException {
        Completion<Integer> read = net.completion();
        channel.read(ByteBuffer.allocate(1), null, read);
        Completion<Integer> write = net.completion();
        channel.write(Net.bytes("w"), "attached", write);
        net.runAllEvents();

        assertThat(write.result()).isEqualTo(1);
        assertThat(write.attachment()).isEqualTo("attached");
        assertThat(read.isDone()).isFalse();
        peer.write(Net.bytes("r"));
        net.runAllEvents();
        assertThat(read.result()).isEqualTo(1);
    }

    @Test
    void writeAdvancesTheBufferByTheBytesWritten() {
        var source = ByteBuffer.allocate(1 << 20);
        Completion<Integer> write = net.completion();

        channel.write(source, null, write);
        net.runAllEvents();

        assertThat(write.result()).isPositive().isEqualTo(source.position());
    }

    @Test
    void firstWriteToAFullBufferCompletesWithZeroAndTheNextWaits() throws IOException {
        int full = 0;
        Completion<Integer> write;
        do {
            write = net.completion();
            channel.write(ByteBuffer.allocate(100_000), null, write);
            net.runAllEvents();
            full += write.isDone() && write.result() == 0 ? 1 : 0;
        } while (write.isDone());
        assertThat(full).isLessThanOrEqualTo(1);

        while (!write.isDone()) {
            peer.read(ByteBuffer.allocate(1 << 20));
            net.runAllEvents();
        }

        assertThat(write.result()).isPositive();
    }

    @Test
    void emptyWriteCompletesWithZero() {
        Completion<Integer> write = net.completion();

        channel.write(ByteBuffer.allocate(0), null, write);
        net.runAllEvents();

        assertThat(write.result()).isZero();
    }

    @Test
    void endOfStreamFollowsTheLastByteAndIsRepeated() throws IOException {
        peer.write(Net.bytes("a"));
        peer.shutdownOutput();

        assertThat(read(1)).isEqualTo(1);
        assertThat(read(1)).isEqualTo(-1);
        assertThat(read(1)).isEqualTo(-1);
    }

    @Test
    void otherDirectionContinuesAfterTheEndOfTheStream() throws IOException {
        peer.shutdownOutput();
        assertThat(read(1)).isEqualTo(-1);

        channel.writeLast(Net.bytes("w"), null, net.completion());

        assertThat(net.readAll(peer)).asString().isEqualTo("w");
    }

    @Test
    void shutdownOutputEndsOnlyTheOutgoingDirection() throws IOException {
        channel.shutdownOutput();

        assertThat(net.readAll(peer)).isEmpty();
        peer.write(Net.bytes("a"));
        assertThat(read(1)).isEqualTo(1);
        Completion<Integer> write = net.completion();
        channel.write(Net.bytes("w"), null, write);
        net.runAllEvents();
        assertThat(write.failure()).isExactlyInstanceOf(ClosedChannelException.class);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void shutdownInputEndsPendingAndLaterReads() throws IOException {
        Completion<Integer> pending = net.completion();
        channel.read(ByteBuffer.allocate(1), null, pending);
        net.runAllEvents();

        channel.shutdownInput();
        net.runAllEvents();

        assertThat(pending.result()).isEqualTo(-1);
        assertThat(read(1)).isEqualTo(-1);
    }

    @Test
    void resetFailsThePendingReadAndLeavesTheChannelOpen() {
        Completion<Integer> read = net.completion();
        channel.read(ByteBuffer.allocate(1), "attached", read);
        net.runAllEvents();

        peer.reset();
        net.runAllEvents();

        assertThat(read.failure()).isInstanceOf(IOException.class).hasMessage("Connection reset");
        assertThat(read.attachment()).isEqualTo("attached");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void resetFailsPendingAndLaterWrites() {
        var write = net.fill(channel);

        peer.reset();
        net.runAllEvents();

        assertThat(write.failure()).isInstanceOf(IOException.class);
        Completion<Integer> next = net.completion();
        channel.write(Net.bytes("w"), null, next);
        net.runAllEvents();
        assertThat(next.failure()).hasMessage("Broken pipe");
        assertThat(read(1)).as("the write has seen the reset").isEqualTo(-1);
    }

    @Test
    void awaitReadableTransfersNoBytes() throws IOException {
        for (int round = 0; round < 5; round++) {
            Completion<Integer> readable = net.completion();
            channel.awaitReadable("attached", readable);
            net.runAllEvents();
            assertThat(readable.isDone()).isFalse();

            peer.write(Net.bytes("a"));
            net.runAllEvents();

            assertThat(readable.result()).isZero();
            assertThat(readable.attachment()).isEqualTo("attached");
            Completion<Integer> again = net.completion();
            channel.awaitReadable(null, again);
            net.runAllEvents();
            assertThat(again.result()).isZero();
            assertThat(read(2)).isEqualTo(1);
        }
        peer.close();
        Completion<Integer> end = net.completion();
        channel.awaitReadable(null, end);
        net.runAllEvents();
        assertThat(end.result()).isZero();
    }

    @Test
    void cancelledWaitIsNotCompletedAndTheNextReadReturnsTheBytes() throws IOException {
        for (int round = 0; round < 5; round++) {
            Completion<Integer> cancelledWait = net.completion();
            Completion<Integer> read = net.completion();
            List<Boolean> free = new ArrayList<>();
            net.runOnLoop(() -> {
                channel.awaitReadable(null, cancelledWait);
                free.add(channel.cancelAwait());
                channel.read(ByteBuffer.allocate(2), null, read);
                free.add(channel.cancelAwait());
            });
            assertThat(free).containsExactly(true, false);

            peer.write(Net.bytes("a"));
            net.runAllEvents();

            assertThat(read.result()).isEqualTo(1);
            assertThat(cancelledWait.isDone()).isFalse();
        }
    }

    @Test
    void unacknowledgedCountsBytesThatThePeerHasNotReceived() throws IOException {
        var sent = new byte[40_000];
        var source = ByteBuffer.wrap(sent);
        List<Long> seen = new ArrayList<>();
        net.loop.execute(() -> channel.write(source, null, new CompletionHandler<Integer, Object>() {
            @Override
            public void completed(Integer result, Object attachment) {
                seen.add(channel.unacknowledged().orElseThrow());
                if (source.hasRemaining()) {
                    channel.write(source, null, this);
                }
            }

            @Override
            public void failed(Throwable cause, Object attachment) {
                throw new AssertionError(cause);
            }
        }));
        int received = 0;
        var buffer = ByteBuffer.allocate(1 << 16);
        while (received < sent.length) {
            net.runAllEvents();
            received += peer.read(buffer.clear());
        }
        net.runOnLoop(() -> assertThat(channel.unacknowledged()).hasValue(0));

        assertThat(seen).anyMatch(bytes -> bytes > 0);
        assertThat(net.process.escaped()).isEmpty();
    }

    @Test
    void writeLastEndsTheStream() throws IOException {
        var sent = new byte[20_000];
        new Random(seed).nextBytes(sent);
        var source = ByteBuffer.wrap(sent);
        channel.writeLast(source, null, new CompletionHandler<Integer, Object>() {
            @Override
            public void completed(Integer result, Object attachment) {
                if (source.hasRemaining()) {
                    channel.writeLast(source, null, this);
                }
            }

            @Override
            public void failed(Throwable cause, Object attachment) {
                throw new AssertionError(cause);
            }
        });

        assertThat(net.readAll(peer)).isEqualTo(sent);
    }

    @Test
    void readOnlyBufferOrAMissingHandlerThrows() {
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1).asReadOnlyBuffer(), null, net.completion()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1), null, null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1), null, null))
                .isInstanceOf(NullPointerException.class);
    }

    private int read(int room) {
        Completion<Integer> read = net.completion();
        channel.read(ByteBuffer.allocate(room), null, read);
        net.runAllEvents();
        return read.result();
    }
}

package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ReadPendingException;
import java.nio.channels.WritePendingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract tests of reading and writing on an {@link AsynchronousSocketChannel}, on each implementation. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.loop.Implementation#all")
final class TransferContractTest {
    /** More than the socket buffers of both ends hold on any usual machine. */
    private static final int MORE_THAN_FITS = 64 << 20;

    @AutoClose
    private final Net net;
    private final AsynchronousSocketChannel channel;
    private final Socket peer;

    TransferContractTest(Implementation implementation) throws IOException {
        net = new Net(implementation);
        var pair = net.connected();
        channel = pair.channel();
        peer = pair.socket();
    }

    @Test
    void readReturnsTheBytesOfThePeer() throws IOException {
        var buffer = ByteBuffer.allocate(16);
        var read = new Completion<Integer>();
        channel.read(buffer, "attached", read);
        assertThat(read.isDone()).isFalse();

        peer.getOutputStream().write('a');

        assertThat(read.result()).isEqualTo(1);
        assertThat(Net.text(buffer)).isEqualTo("a");
        assertThat(read.attachment()).isEqualTo("attached");
        assertThat(read.thread()).isEqualTo(Net.THREAD);
    }

    @Test
    void readFillsTheBufferAndTheNextReadReturnsTheRest() throws IOException {
        peer.getOutputStream().write("abcdef".getBytes(StandardCharsets.US_ASCII));
        var buffer = ByteBuffer.allocateDirect(4);
        var first = new Completion<Integer>();
        channel.read(buffer, null, first);
        assertThat(first.result()).isEqualTo(4);
        assertThat(buffer.hasRemaining()).isFalse();
        assertThat(Net.text(buffer)).isEqualTo("abcd");

        var second = new Completion<Integer>();
        channel.read(buffer.clear(), null, second);

        assertThat(second.result()).isEqualTo(2);
        assertThat(Net.text(buffer)).isEqualTo("ef");
    }

    @Test
    void readWithoutRoomCompletesWithZero() {
        var read = new Completion<Integer>();

        channel.read(ByteBuffer.allocate(0), null, read);

        assertThat(read.result()).isZero();
        assertThat(read.thread()).isEqualTo(Net.THREAD);
    }

    @Test
    void readBegunOnAnotherThreadCompletesOnTheGroupThread() throws IOException {
        peer.getOutputStream().write('a');
        for (int i = 0; i < 100; i++) {
            var read = new Completion<Integer>();
            channel.read(ByteBuffer.allocate(1), null, read);
            assertThat(read.result()).isEqualTo(1);
            assertThat(read.thread()).isEqualTo(Net.THREAD);
            peer.getOutputStream().write('a');
        }
    }

    @Test
    void secondReadThrows() {
        channel.read(ByteBuffer.allocate(1), null, new Completion<>());

        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1), null, new Completion<>()))
                .isInstanceOf(ReadPendingException.class);
    }

    @Test
    void secondWriteThrows() {
        fillUp();

        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1), null, new Completion<>()))
                .isInstanceOf(WritePendingException.class);
    }

    @Test
    void handlerCanBeginTheNextOperation() throws IOException {
        var second = new Completion<Integer>();
        channel.read(ByteBuffer.allocate(1), null, new CompletionHandler<Integer, Object>() {
            @Override
            public void completed(Integer result, Object attachment) {
                channel.read(ByteBuffer.allocate(1), null, second);
            }

            @Override
            public void failed(Throwable cause, Object attachment) {
                second.failed(cause, attachment);
            }
        });

        peer.getOutputStream().write("ab".getBytes(StandardCharsets.US_ASCII));

        assertThat(second.result()).isEqualTo(1);
    }

    @Test
    void readAndWriteOverlap() throws IOException {
        var read = new Completion<Integer>();
        channel.read(ByteBuffer.allocate(1), null, read);
        var write = new Completion<Integer>();
        channel.write(Net.bytes("w"), "attached", write);

        assertThat(write.result()).isEqualTo(1);
        assertThat(write.attachment()).isEqualTo("attached");
        assertThat(write.thread()).isEqualTo(Net.THREAD);
        assertThat(peer.getInputStream().read()).isEqualTo('w');
        assertThat(read.isDone()).isFalse();
        peer.getOutputStream().write('r');
        assertThat(read.result()).isEqualTo(1);
    }

    @Test
    void writeAdvancesTheBufferByTheBytesWritten() {
        var source = ByteBuffer.allocateDirect(MORE_THAN_FITS);
        var write = new Completion<Integer>();

        channel.write(source, null, write);

        assertThat(write.result()).isPositive().isEqualTo(source.position()).isLessThan(MORE_THAN_FITS);
    }

    @Test
    void writeWaitsUntilThePeerReads() throws IOException {
        var write = fillUp();
        assertThat(write.isDone()).isFalse();

        await().until(() -> {
            peer.getInputStream().skipNBytes(peer.getInputStream().available());
            return write.isDone();
        });

        assertThat(write.result()).isPositive();
    }

    @Test
    void emptyWriteCompletesWithZero() {
        var write = new Completion<Integer>();

        channel.write(ByteBuffer.allocate(0), null, write);

        assertThat(write.result()).isZero();
    }

    @Test
    void endOfStreamFollowsTheLastByteAndIsRepeated() throws IOException {
        peer.getOutputStream().write('a');
        peer.shutdownOutput();

        assertThat(read(1)).isEqualTo(1);
        assertThat(read(1)).isEqualTo(-1);
        assertThat(read(1)).isEqualTo(-1);
        assertThat(read(1)).isEqualTo(-1);
    }

    @Test
    void otherDirectionContinuesAfterTheEndOfTheStream() throws IOException {
        peer.shutdownOutput();
        assertThat(read(1)).isEqualTo(-1);
        var write = new Completion<Integer>();

        channel.write(Net.bytes("w"), null, write);

        assertThat(write.result()).isEqualTo(1);
        assertThat(peer.getInputStream().read()).isEqualTo('w');
    }

    @Test
    void shutdownOutputEndsOnlyTheOutgoingDirection() throws IOException {
        channel.shutdownOutput();

        assertThat(peer.getInputStream().read()).isEqualTo(-1);
        peer.getOutputStream().write('a');
        assertThat(read(1)).isEqualTo(1);
        var write = new Completion<Integer>();
        channel.write(Net.bytes("w"), null, write);
        assertThat(write.failure()).isExactlyInstanceOf(ClosedChannelException.class);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void shutdownInputEndsPendingAndLaterReads() throws IOException {
        var pending = new Completion<Integer>();
        channel.read(ByteBuffer.allocate(1), null, pending);

        channel.shutdownInput();

        assertThat(pending.result()).isEqualTo(-1);
        assertThat(read(1)).isEqualTo(-1);
        assertThat(read(1)).isEqualTo(-1);
    }

    @Test
    void secondShutdownHasNoEffect() throws IOException {
        channel.shutdownInput().shutdownInput();
        channel.shutdownOutput().shutdownOutput();

        assertThat(read(1)).isEqualTo(-1);
        assertThat(peer.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void resetFailsThePendingReadAndLeavesTheChannelOpen() throws IOException {
        var read = new Completion<Integer>();
        channel.read(ByteBuffer.allocate(1), "attached", read);

        Net.reset(peer);

        assertThat(read.failure()).isInstanceOf(IOException.class);
        assertThat(read.attachment()).isEqualTo("attached");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void resetFailsThePendingWrite() throws IOException {
        var write = fillUp();

        Net.reset(peer);

        assertThat(write.failure()).isInstanceOf(IOException.class);
    }

    @Test
    void readOnlyBufferThrows() {
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1).asReadOnlyBuffer(), null, new Completion<>()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void missingHandlerThrows() {
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1), null, null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1), null, null))
                .isInstanceOf(NullPointerException.class);
    }

    @Test
    void everyByteArrivesInOrder() throws IOException {
        var sent = new byte[3 << 20];
        new Random(1).nextBytes(sent);
        var source = ByteBuffer.wrap(sent);
        channel.write(source, null, new CompletionHandler<Integer, Object>() {
            @Override
            public void completed(Integer result, Object attachment) {
                if (source.hasRemaining()) {
                    channel.write(source, null, this);
                } else {
                    failed(null, null);
                }
            }

            @Override
            public void failed(Throwable cause, Object attachment) {
                try {
                    channel.shutdownOutput();
                } catch (IOException failure) {
                    throw new AssertionError(failure);
                }
            }
        });

        assertThat(peer.getInputStream().readAllBytes()).isEqualTo(sent);
    }

    private int read(int room) {
        var read = new Completion<Integer>();
        channel.read(ByteBuffer.allocate(room), null, read);
        return read.result();
    }

    /** Writes until the buffers are full; returns the pending write. */
    private Completion<Integer> fillUp() {
        return SendBufferFiller.fillUntilAWriteWaits(channel);
    }

    /** A read ends at an urgent byte, although more bytes follow it. */
    @Test
    void bytesAroundUrgentOnesArrive() throws IOException {
        for (int round = 0; round < 20; round++) {
            peer.getOutputStream().write(new byte[100]);
            peer.sendUrgentData('!');
            peer.getOutputStream().write(new byte[100]);
        }
        peer.shutdownOutput();

        int total = 0;
        int count;
        do {
            var read = new Completion<Integer>();
            channel.read(ByteBuffer.allocate(4096), null, read);
            count = read.result();
            total += count;
        } while (count >= 0);

        assertThat(total + 1).isBetween(2_000, 20 * 201);
    }
}

package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.WritePendingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of writes that half-close the connection, and of writes to a full buffer. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.loop.Implementation#engines")
final class WriteLastTest {
    private static final int MORE_THAN_FITS = 16 << 20;

    @AutoClose
    private final Net net;
    private final LoopSocketChannel channel;
    private final Socket peer;

    WriteLastTest(Implementation implementation) throws IOException {
        net = new Net(implementation);
        var pair = net.connected();
        channel = (LoopSocketChannel) pair.channel();
        peer = pair.socket();
    }

    @Test
    void writeLastSendsTheBytesAndTheEndOfTheStream() throws IOException {
        var write = new Completion<Integer>();

        channel.writeLast(Net.bytes("last"), "attached", write);

        assertThat(write.result()).isEqualTo(4);
        assertThat(write.attachment()).isEqualTo("attached");
        assertThat(write.thread()).isEqualTo(Net.THREAD);
        assertThat(peer.getInputStream().readAllBytes()).asString().isEqualTo("last");
        var after = new Completion<Integer>();
        channel.write(Net.bytes("x"), null, after);
        assertThat(after.failure()).isExactlyInstanceOf(ClosedChannelException.class);
    }

    @Test
    void afterWriteLastTheOtherDirectionContinues() throws IOException {
        channel.writeLast(Net.bytes("last"), null, new Completion<>());
        peer.getInputStream().readAllBytes();
        var read = new Completion<Integer>();

        channel.read(ByteBuffer.allocate(1), null, read);
        peer.getOutputStream().write('a');

        assertThat(read.result()).isEqualTo(1);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void emptyWriteLastHalfCloses() throws IOException {
        var write = new Completion<Integer>();

        channel.writeLast(ByteBuffer.allocate(0), null, write);

        assertThat(write.result()).isZero();
        assertThat(peer.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void emptyWriteLastHalfClosesAfterAShortWrite() throws IOException {
        var write = new Completion<Integer>();
        channel.write(ByteBuffer.allocate(MORE_THAN_FITS), null, write);
        var last = new Completion<Integer>();
        int written = write.result();

        channel.writeLast(ByteBuffer.allocate(0), null, last);

        assertThat(last.result()).isZero();
        assertThat(peer.getInputStream().readAllBytes()).hasSize(written);
    }

    @Test
    void shortWriteLastIsContinuedUntilTheEndOfTheStream() throws IOException {
        var sent = new byte[MORE_THAN_FITS];
        new Random(1).nextBytes(sent);
        var source = ByteBuffer.wrap(sent);
        var counts = new CopyOnWriteArrayList<Integer>();
        channel.writeLast(source, null, new CompletionHandler<Integer, Object>() {
            @Override
            public void completed(Integer count, Object attachment) {
                counts.add(count);
                if (source.hasRemaining()) {
                    channel.writeLast(source, null, this);
                }
            }

            @Override
            public void failed(Throwable cause, Object attachment) {
                throw new AssertionError(cause);
            }
        });
        await().until(() -> !counts.isEmpty()); // a reader could empty the buffers during the first write

        assertThat(peer.getInputStream().readAllBytes()).isEqualTo(sent);
        assertThat(counts).hasSizeGreaterThan(1).element(0).isNotEqualTo(sent.length);
        assertThat(counts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(sent.length);
    }

    @Test
    void writeAfterAShortWriteLastDoesNotHalfClose() throws IOException {
        var source = ByteBuffer.allocate(MORE_THAN_FITS);
        var write = new Completion<Integer>();
        channel.writeLast(source, null, write);
        int written = write.result();
        peer.getInputStream().skipNBytes(written);
        var plain = new Completion<Integer>();

        channel.write(Net.bytes("a"), null, plain);
        plain.result();
        channel.write(Net.bytes("b"), null, new Completion<>());

        assertThat(peer.getInputStream().readNBytes(2)).asString().isEqualTo("ab");
    }

    @Test
    void writeLastDuringAWriteThrows() {
        SendBufferFiller.fillUntilAWriteWaits(channel);

        assertThatThrownBy(() -> channel.writeLast(ByteBuffer.allocate(1), null, new Completion<>()))
                .isInstanceOf(WritePendingException.class);
    }

    @Test
    void writeLastOnAClosedChannelFailsThroughItsHandler() {
        channel.close();
        var write = new Completion<Integer>();

        channel.writeLast(Net.bytes("x"), "attached", write);

        assertThat(write.failure()).isExactlyInstanceOf(ClosedChannelException.class);
        assertThat(write.attachment()).isEqualTo("attached");
    }

    @Test
    void firstWriteToAFullBufferCompletesWithZeroAndTheNextWaits() throws IOException {
        // a write of a single byte is never short, but the kernel is slow at queueing many
        var small = net.connectedWithSmallBuffers();
        List<Integer> counts = new ArrayList<>();
        Completion<Integer> pending = null;
        while (pending == null) {
            var write = new Completion<Integer>();
            small.channel().write(ByteBuffer.allocate(1), null, write);
            if (write.isDoneWithin(counts.isEmpty() || counts.get(counts.size() - 1) > 0 ? 20_000 : 300)) {
                counts.add(write.result());
            } else {
                pending = write;
            }
        }

        assertThat(counts).contains(0).endsWith(0);
        for (int i = 1; i < counts.size(); i++) {
            assertThat(counts.get(i - 1) + counts.get(i)).as("write %d and the one before", i).isPositive();
        }
        long accepted = counts.stream().filter(count -> count > 0).count();
        small.socket().getInputStream().skipNBytes(accepted);
        assertThat(pending.result()).isEqualTo(1);
    }
}

package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract tests of closing an {@link AsynchronousSocketChannel}, on each implementation. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.loop.Implementation#all")
final class CloseContractTest {
    @AutoClose
    private final Net net;
    private final AsynchronousSocketChannel channel;
    private final Socket peer;

    CloseContractTest(Implementation implementation) throws IOException {
        net = new Net(implementation);
        net.open(); // keeps the group alive
        var pair = net.connected();
        channel = pair.channel();
        peer = pair.socket();
    }

    @Test
    void peerReadsTheEndOfTheStreamAfterClose() throws IOException {
        channel.close();

        assertThat(peer.getInputStream().read()).isEqualTo(-1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void bytesWrittenBeforeCloseArrive() throws IOException {
        var write = new Completion<Integer>();
        channel.write(Net.bytes("last words"), null, write);
        write.result();

        channel.close();

        assertThat(peer.getInputStream().readAllBytes()).asString().isEqualTo("last words");
    }

    @Test
    void closeFailsPendingOperationsInBothDirections() throws IOException {
        var write = SendBufferFiller.fillUntilAWriteWaits(channel);
        var read = new Completion<Integer>();
        channel.read(ByteBuffer.allocate(1), "attached", read);

        channel.close();

        assertThat(read.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(read.attachment()).isEqualTo("attached");
        assertThat(read.thread()).isEqualTo(Net.THREAD);
        assertThat(write.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(write.thread()).isEqualTo(Net.THREAD);
    }

    @Test
    void closeInAHandlerFailsPendingOperationsAfterTheCall() throws Exception {
        var read = new Completion<Integer>();
        channel.read(ByteBuffer.allocate(1), null, read);
        var pendingAfterClose = new CompletableFuture<Boolean>();
        channel.write(Net.bytes("w"), null, new CompletionHandler<Integer, Object>() {
            @Override
            public void completed(Integer result, Object attachment) {
                try {
                    channel.close();
                    pendingAfterClose.complete(!read.isDone());
                } catch (IOException failure) {
                    pendingAfterClose.completeExceptionally(failure);
                }
            }

            @Override
            public void failed(Throwable cause, Object attachment) {
                pendingAfterClose.completeExceptionally(cause);
            }
        });

        assertThat(pendingAfterClose.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(read.failure()).isInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void operationsOnAClosedChannelFailThroughTheirHandler() throws IOException {
        channel.close();
        var read = new Completion<Integer>();
        var write = new Completion<Integer>();

        channel.read(ByteBuffer.allocate(1), "attached", read);
        channel.write(ByteBuffer.allocate(1), "attached", write);

        assertThat(read.failure()).isExactlyInstanceOf(ClosedChannelException.class);
        assertThat(read.attachment()).isEqualTo("attached");
        assertThat(read.thread()).isEqualTo(Net.THREAD);
        assertThat(write.failure()).isExactlyInstanceOf(ClosedChannelException.class);
        assertThat(write.thread()).isEqualTo(Net.THREAD);
    }

    @Test
    void closedChannelRefusesAllAccess() throws IOException {
        channel.close();

        assertThatThrownBy(channel::getLocalAddress).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::getRemoteAddress).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::shutdownInput).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::shutdownOutput).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.bind(null)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.getOption(StandardSocketOptions.TCP_NODELAY))
                .isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.setOption(StandardSocketOptions.TCP_NODELAY, true))
                .isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void secondCloseHasNoEffect() throws IOException {
        var read = new Completion<Integer>();
        channel.read(ByteBuffer.allocate(1), null, read);

        channel.close();
        channel.close();

        assertThat(read.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(read.calls()).isEqualTo(1);
    }
}

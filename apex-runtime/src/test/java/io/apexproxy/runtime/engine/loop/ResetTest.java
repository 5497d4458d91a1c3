package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.test.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of the effect of a reset on the peer and on pending operations. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.loop.Implementation#engines")
final class ResetTest {
    @AutoClose
    private final Net net;
    private final LoopSocketChannel channel;
    private final Socket peer;

    ResetTest(Implementation implementation) throws IOException {
        net = new Net(implementation);
        var pair = net.connected();
        channel = (LoopSocketChannel) pair.channel();
        peer = pair.socket();
    }

    @Test
    void resetReachesThePeerAndFailsPendingOperations() {
        var read = new Completion<Integer>();
        channel.read(ByteBuffer.allocate(1), null, read);

        channel.reset();

        Bytes.assertReset(peer);
        assertThat(read.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void resetDoesNotWaitForUnreadBytes() {
        var write = SendBufferFiller.fillUntilAWriteWaits(channel);

        channel.reset();

        assertThat(write.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThatThrownBy(() -> peer.getInputStream().transferTo(OutputStream.nullOutputStream()))
                .isInstanceOf(SocketException.class).hasMessageContaining("reset");
    }

    @Test
    void resetAfterTheEndOfTheStreamResets() throws IOException {
        peer.getOutputStream().write('a');
        peer.shutdownOutput();

        channel.reset();

        assertThatThrownBy(() -> peer.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    /** Else the relay would wait for the acknowledgement before it passes a reset on. */
    @Test
    void bytesToAPeerThatHasResetAreNotUnacknowledged() throws IOException {
        peer.close();
        var write = new Completion<Integer>();
        channel.write(ByteBuffer.allocateDirect(24), null, write);
        assertThat(write.result()).isEqualTo(24);

        await().until(() -> unacknowledged().orElse(0) == 0);
    }

    private OptionalLong unacknowledged() throws Exception {
        var count = new CompletableFuture<OptionalLong>();
        net.loop().execute(() -> count.complete(channel.unacknowledged()));
        return count.get(20, TimeUnit.SECONDS);
    }

    @Test
    void resetOfAClosedChannelDoesNothing() throws IOException {
        channel.close();

        channel.reset();
        channel.reset();

        assertThat(peer.getInputStream().read()).isEqualTo(-1);
    }
}

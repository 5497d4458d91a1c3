package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.test.Bytes;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of operations that only this provider supports, and of those that only the JDK's provider supports. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.loop.Implementation#engines")
final class LoopProviderTest {
    private final LoopProvider provider;
    @AutoClose
    private final Net net;

    LoopProviderTest(Implementation implementation) {
        net = new Net(implementation);
        provider = implementation.newEngine();
    }

    @Test
    void groupOfTwoThreadsIsRefused() {
        assertThatThrownBy(() -> provider.openAsynchronousChannelGroup(2, Thread::new))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nThreads: expected 1 (open one group per thread), found 2");
    }

    @Test
    void factoryThatReturnsNullIsRefused() {
        assertThatThrownBy(() -> provider.openAsynchronousChannelGroup(1, task -> null))
                .isInstanceOf(NullPointerException.class);
    }

    @Test
    void executorGroupAndDefaultGroupAreRefused() {
        var executor = Executors.newSingleThreadExecutor();
        try {
            assertThatThrownBy(() -> provider.openAsynchronousChannelGroup(executor, 1))
                    .isInstanceOf(UnsupportedOperationException.class);
        } finally {
            executor.shutdownNow();
        }
        assertThatThrownBy(() -> provider.openAsynchronousSocketChannel(null))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> provider.openAsynchronousServerSocketChannel(null))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void unsupportedMethodsThrow() throws IOException {
        var channel = net.connected().channel();
        var server = net.boundServer();
        var buffer = ByteBuffer.allocate(1);
        ByteBuffer[] buffers = {buffer};

        assertThatThrownBy(() -> channel.read(buffer)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> channel.write(buffer)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> channel.connect(Net.loopback(1))).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(server::accept).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> channel.read(buffer, 1, TimeUnit.SECONDS, null, new Completion<>()))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> channel.write(buffer, 1, TimeUnit.SECONDS, null, new Completion<>()))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> channel.read(buffers, 0, 1, 0, TimeUnit.SECONDS, null, new Completion<>()))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> channel.write(buffers, 0, 1, 0, TimeUnit.SECONDS, null, new Completion<>()))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void closeWithLingerZeroResetsTheConnection() throws IOException {
        var pair = net.connected();
        pair.channel().read(ByteBuffer.allocate(1), null, new Completion<>());
        pair.channel().setOption(StandardSocketOptions.SO_LINGER, 0);

        pair.channel().close();

        Bytes.assertReset(pair.socket());
    }

    @Test
    void closeWithLingerZeroResetsAnUnusedAcceptedChannel() throws IOException {
        var server = net.boundServer();
        var accept = new Completion<AsynchronousSocketChannel>();
        server.accept(null, accept);
        var client = net.connectTo(server);

        accept.result().setOption(StandardSocketOptions.SO_LINGER, 0).close();

        Bytes.assertReset(client);
    }

    @Test
    void positiveLingerIsRefused() throws IOException {
        var channel = net.open();

        assertThatThrownBy(() -> channel.setOption(StandardSocketOptions.SO_LINGER, 5))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("SO_LINGER: expected 0 or less, found 5");
        channel.setOption(StandardSocketOptions.SO_LINGER, -1);
        assertThat(channel.getOption(StandardSocketOptions.SO_LINGER)).isNegative();
    }

    @Test
    void platformOptionsAreSupported() throws IOException {
        var channel = net.open();

        assertThat(channel.supportedOptions()).contains(StandardSocketOptions.SO_LINGER,
                StandardSocketOptions.TCP_NODELAY, StandardSocketOptions.SO_KEEPALIVE,
                StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_SNDBUF, StandardSocketOptions.SO_RCVBUF);
    }
}

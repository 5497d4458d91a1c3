package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.IllegalChannelGroupException;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract tests of the shutdown of an {@link AsynchronousChannelGroup}, on each implementation. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.loop.Implementation#all")
final class GroupContractTest {
    private final Implementation implementation;

    @AutoClose
    private final Net net;
    private final AsynchronousChannelGroup group;

    GroupContractTest(Implementation implementation) {
        this.implementation = implementation;
        net = new Net(implementation);
        group = net.group();
    }

    @Test
    void groupRunsUntilShutdown() throws Exception {
        assertThat(group.isShutdown()).isFalse();
        assertThat(group.isTerminated()).isFalse();
        assertThat(group.awaitTermination(1, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(group.provider()).isSameAs(net.provider());
    }

    @Test
    void emptyGroupTerminatesOnShutdown() throws Exception {
        group.shutdown();

        assertThat(group.isShutdown()).isTrue();
        assertThat(group.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(group.isTerminated()).isTrue();
        group.shutdown();
        group.shutdownNow();
    }

    @Test
    void groupTerminatesWithItsLastChannelAfterShutdown() throws Exception {
        var pair = net.connected();
        var server = net.boundServer();

        group.shutdown();

        var read = new Completion<Integer>();
        pair.channel().read(ByteBuffer.allocate(1), null, read);
        pair.socket().getOutputStream().write('a');
        assertThat(read.result()).isEqualTo(1);
        assertThat(group.isTerminated()).isFalse();
        server.close();
        assertThat(group.awaitTermination(1, TimeUnit.MILLISECONDS)).isFalse();
        pair.channel().close();
        assertThat(group.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shutDownGroupRefusesNewChannels() throws IOException {
        net.open(); // keeps the group alive
        group.shutdown();

        assertThatThrownBy(net::open).isInstanceOf(ShutdownChannelGroupException.class);
        assertThatThrownBy(net::server).isInstanceOf(ShutdownChannelGroupException.class);
    }

    @Test
    void shutdownNowClosesAllChannels() throws Exception {
        var server = net.boundServer();
        var accept = new Completion<AsynchronousSocketChannel>();
        server.accept(null, accept);
        var pair = net.connected();
        var read = new Completion<Integer>();
        pair.channel().read(ByteBuffer.allocate(1), null, read);
        var connecting = net.open();
        var connect = new Completion<Void>();
        connecting.connect(net.silentAddress(), null, connect);

        group.shutdownNow();

        assertThat(accept.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(read.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(connect.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(pair.channel().isOpen()).isFalse();
        assertThat(server.isOpen()).isFalse();
        assertThat(pair.socket().getInputStream().read()).isEqualTo(-1);
        assertThat(group.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void afterTerminationOperationsThrow() throws Exception {
        var channel = net.connected().channel();
        var server = net.boundServer();
        group.shutdownNow();
        assertThat(group.awaitTermination(20, TimeUnit.SECONDS)).isTrue();

        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1), null, new Completion<>()))
                .isInstanceOf(ShutdownChannelGroupException.class);
        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1), null, new Completion<>()))
                .isInstanceOf(ShutdownChannelGroupException.class);
        assertThatThrownBy(() -> server.accept(null, new Completion<>()))
                .isInstanceOf(ShutdownChannelGroupException.class);
        channel.close();
    }

    @Test
    void groupOfAnotherProviderIsRefused() throws IOException {
        var other = implementation == Implementation.JDK ? Implementation.SELECT : Implementation.JDK;
        try (var foreign = new Net(other)) {
            assertThatThrownBy(() -> net.provider().openAsynchronousSocketChannel(foreign.group()))
                    .isInstanceOf(IllegalChannelGroupException.class);
            assertThatThrownBy(() -> net.provider().openAsynchronousServerSocketChannel(foreign.group()))
                    .isInstanceOf(IllegalChannelGroupException.class);
        }
    }
}

package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract tests of connecting an {@link AsynchronousSocketChannel}, on each implementation. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.loop.Implementation#all")
final class ConnectContractTest {
    @AutoClose
    private final Net net;

    ConnectContractTest(Implementation implementation) {
        net = new Net(implementation);
    }

    @Test
    void connectCompletesOnTheGroupThread() throws IOException {
        var server = net.boundServer();
        var channel = net.open();
        var connect = new Completion<Void>();
        assertThat(channel.getRemoteAddress()).isNull();

        channel.connect(server.getLocalAddress(), "attached", connect);

        assertThat(connect.result()).isNull();
        assertThat(connect.attachment()).isEqualTo("attached");
        assertThat(connect.thread()).isEqualTo(Net.THREAD);
        assertThat(channel.getRemoteAddress()).isEqualTo(server.getLocalAddress());
    }

    @Test
    void refusedConnectFailsAndClosesTheChannel() throws IOException {
        net.open(); // keeps the group alive
        var channel = net.open();
        var connect = new Completion<Void>();

        channel.connect(Net.refusingAddress(), "attached", connect);

        assertThat(connect.failure()).isInstanceOf(ConnectException.class);
        assertThat(connect.attachment()).isEqualTo("attached");
        assertThat(connect.thread()).isEqualTo(Net.THREAD);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void unresolvedAddressThrows() throws IOException {
        var channel = net.open();
        var unresolved = InetSocketAddress.createUnresolved("name.invalid", 80);

        assertThatThrownBy(() -> channel.connect(unresolved, null, new Completion<>()))
                .isInstanceOf(UnresolvedAddressException.class);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void addressOfAnotherFamilyThrows() throws IOException {
        var channel = net.open();

        assertThatThrownBy(() -> channel.connect(UnixDomainSocketAddress.of("x"), null, new Completion<>()))
                .isInstanceOf(UnsupportedAddressTypeException.class);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void missingHandlerThrows() throws IOException {
        var channel = net.open();
        var address = Net.refusingAddress();

        assertThatThrownBy(() -> channel.connect(address, null, null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void connectWhenConnectedThrows() throws IOException {
        var pair = net.connected();

        assertThatThrownBy(() -> pair.channel().connect(Net.refusingAddress(), null, new Completion<>()))
                .isInstanceOf(AlreadyConnectedException.class);
    }

    @Test
    void connectWhenConnectingThrows() throws IOException {
        var channel = net.open();
        var address = net.silentAddress();
        channel.connect(address, null, new Completion<>());

        assertThatThrownBy(() -> channel.connect(address, null, new Completion<>()))
                .isInstanceOf(ConnectionPendingException.class);
    }

    @Test
    void closeFailsAPendingConnect() throws IOException {
        var channel = net.open();
        var connect = new Completion<Void>();
        channel.connect(net.silentAddress(), "attached", connect);

        channel.close();

        assertThat(connect.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(connect.attachment()).isEqualTo("attached");
        assertThat(connect.thread()).isEqualTo(Net.THREAD);
    }

    @Test
    void connectOnAClosedChannelFails() throws IOException {
        net.open(); // keeps the group alive
        var channel = net.open();
        channel.close();
        var connect = new Completion<Void>();

        channel.connect(Net.refusingAddress(), null, connect);

        assertThat(connect.failure()).isExactlyInstanceOf(ClosedChannelException.class);
    }

    @Test
    void transferBeforeConnectThrows() throws IOException {
        var channel = net.open();

        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1), null, new Completion<>()))
                .isInstanceOf(NotYetConnectedException.class);
        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1), null, new Completion<>()))
                .isInstanceOf(NotYetConnectedException.class);
        assertThatThrownBy(channel::shutdownInput).isInstanceOf(NotYetConnectedException.class);
        assertThatThrownBy(channel::shutdownOutput).isInstanceOf(NotYetConnectedException.class);
    }

    @Test
    void boundChannelConnectsFromItsAddress() throws IOException {
        var server = net.boundServer();
        var channel = net.open().bind(Net.loopback(0));
        var local = channel.getLocalAddress();
        var accept = new Completion<AsynchronousSocketChannel>();
        server.accept(null, accept);

        channel.connect(server.getLocalAddress(), null, new Completion<>());

        assertThat(accept.result().getRemoteAddress()).isEqualTo(local);
    }

    @Test
    void optionsAreStored() throws IOException {
        var channel = net.open();

        channel.setOption(StandardSocketOptions.TCP_NODELAY, true).setOption(StandardSocketOptions.SO_KEEPALIVE, true);

        assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
        assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
        assertThat(channel.getOption(StandardSocketOptions.SO_RCVBUF)).isPositive();
        assertThat(channel.supportedOptions()).contains(StandardSocketOptions.SO_SNDBUF);
        assertThatThrownBy(() -> channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}

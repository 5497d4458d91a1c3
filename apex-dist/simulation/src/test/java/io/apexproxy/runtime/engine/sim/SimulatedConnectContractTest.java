package io.apexproxy.runtime.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract tests of connecting a {@link LoopSocketChannel}. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.sim.Seeds#few")
final class SimulatedConnectContractTest {

    private static final InetSocketAddress REMOTE = Net.address(1234);

    private final Net net;
    private final LoopSocketChannel channel;
    private final Completion<Void> connect;

    SimulatedConnectContractTest(long seed) throws IOException {
        net = new Net(seed);
        channel = net.open();
        connect = net.completion();
    }

    @Test
    void connectCompletes() throws IOException {
        net.network.listen(REMOTE, 1);
        assertThat(channel.getRemoteAddress()).isNull();

        channel.connect(REMOTE, "attached", connect);
        net.runAllEvents();

        assertThat(connect.result()).isNull();
        assertThat(connect.attachment()).isEqualTo("attached");
        assertThat(channel.getRemoteAddress()).isEqualTo(REMOTE);
        assertThatThrownBy(() -> channel.connect(REMOTE, null, net.completion()))
                .isInstanceOf(AlreadyConnectedException.class);
    }

    @Test
    void refusedConnectFailsAndClosesTheChannel() {
        channel.connect(REMOTE, "attached", connect);
        net.runAllEvents();

        assertThat(connect.failure()).isInstanceOf(ConnectException.class).hasMessage("Connection refused");
        assertThat(connect.attachment()).isEqualTo("attached");
        assertThat(channel.isOpen()).isFalse();
        assertThat(net.process.openDescriptors()).isZero();
    }

    @Test
    void connectFailsAccordingToReachability() throws IOException {
        net.network.listen(REMOTE, 1);
        net.network.reach(REMOTE, SimulatedNetwork.Reachability.UNREACHABLE);

        channel.connect(REMOTE, null, connect);
        net.runAllEvents();

        assertThat(connect.failure()).isInstanceOf(NoRouteToHostException.class);
    }

    @Test
    void missingPortsOrDescriptorsFailTheConnect() throws IOException {
        net.network.listen(REMOTE, 1);
        net.process.failConnectsLocally(1);
        channel.connect(REMOTE, null, connect);
        net.runAllEvents();
        assertThat(connect.failure()).isInstanceOf(BindException.class).hasMessage("Cannot assign requested address");

        net.process.limitDescriptors(1);
        var reserve = net.loop.reserve(REMOTE);
        assertThatThrownBy(net::open).hasMessage("Too many open files");
        var reserved = reserve.socketFor(REMOTE);
        Completion<Void> again = net.completion();
        reserved.connect(REMOTE, null, again);
        net.runAllEvents();
        again.result();
        reserved.close();
        net.runAllEvents();
        assertThat(net.process.openDescriptors()).isZero();
    }

    @Test
    void wrongAddressesThrow() {
        assertThatThrownBy(() -> channel.connect(InetSocketAddress.createUnresolved("name.invalid", 80), null, connect))
                .isInstanceOf(UnresolvedAddressException.class);
        assertThatThrownBy(() -> channel.connect(UnixDomainSocketAddress.of("x"), null, connect))
                .isInstanceOf(UnsupportedAddressTypeException.class);
        assertThatThrownBy(() -> channel.connect(REMOTE, null, null)).isInstanceOf(NullPointerException.class);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void closeFailsAPendingConnect() throws IOException {
        net.network.listen(REMOTE, 1);
        net.network.reach(REMOTE, SimulatedNetwork.Reachability.SILENT);
        channel.connect(REMOTE, "attached", connect);
        net.runAllEvents();
        assertThat(connect.isDone()).isFalse();
        assertThatThrownBy(() -> channel.connect(REMOTE, null, net.completion()))
                .isInstanceOf(ConnectionPendingException.class);

        channel.close();
        assertThat(connect.isDone()).isFalse();
        net.runAllEvents();

        assertThat(connect.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(connect.attachment()).isEqualTo("attached");
    }

    @Test
    void connectOnAClosedChannelFails() {
        channel.close();

        channel.connect(REMOTE, null, connect);
        net.runAllEvents();

        assertThat(connect.failure()).isExactlyInstanceOf(ClosedChannelException.class);
    }

    @Test
    void transferBeforeConnectThrows() {
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1), null, net.completion()))
                .isInstanceOf(NotYetConnectedException.class);
        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1), null, net.completion()))
                .isInstanceOf(NotYetConnectedException.class);
        assertThatThrownBy(channel::shutdownInput).isInstanceOf(NotYetConnectedException.class);
        assertThatThrownBy(channel::shutdownOutput).isInstanceOf(NotYetConnectedException.class);
    }

    @Test
    void closeDuringConnectResetsTheOtherEnd() throws IOException {
        var listening = net.network.listen(REMOTE, 1);
        channel.connect(REMOTE, null, connect);
        net.runUntil(() -> listening.size() == 1);
        channel.close();
        net.runAllEvents();

        var peer = listening.poll();

        assertThat(connect.isDone()).isTrue();
        assertThat(peer.isReadable()).isTrue();
    }

    @Test
    void optionsAreStored() throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true).setOption(StandardSocketOptions.SO_KEEPALIVE, true);

        assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
        assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
        assertThat(channel.getOption(StandardSocketOptions.SO_RCVBUF)).isPositive();
        assertThat(channel.supportedOptions()).contains(StandardSocketOptions.SO_SNDBUF);
        assertThatThrownBy(() -> channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}

package io.apexproxy.runtime.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.sim.world.Endpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AcceptPendingException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.NotYetBoundException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract tests of {@link LoopServerSocketChannel}. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.sim.Seeds#few")
final class SimulatedAcceptContractTest {

    private final Net net;
    private final LoopServerSocketChannel server;

    SimulatedAcceptContractTest(long seed) throws IOException {
        net = new Net(seed);
        server = net.boundServer();
    }

    @Test
    void acceptCompletesWithAConnectedChannel() throws IOException {
        Completion<AsynchronousSocketChannel> accept = net.completion();

        server.accept("attached", accept);
        var client = net.connectTo(server);
        net.runAllEvents();

        var accepted = accept.result();
        assertThat(accepted.getRemoteAddress()).isEqualTo(client.local());
        assertThat(accepted.getLocalAddress()).isEqualTo(server.getLocalAddress());
        assertThat(accept.attachment()).isEqualTo("attached");
    }

    @Test
    void acceptCompletesWithAQueuedConnection() throws IOException {
        net.connectTo(server);
        net.runAllEvents();
        Completion<AsynchronousSocketChannel> accept = net.completion();

        server.accept(null, accept);
        net.runAllEvents();

        assertThat(accept.result().isOpen()).isTrue();
    }

    @Test
    void invalidAcceptsThrow() throws IOException {
        var unbound = net.server();
        assertThatThrownBy(() -> unbound.accept(null, net.completion())).isInstanceOf(NotYetBoundException.class);
        assertThatThrownBy(() -> server.accept(null, null)).isInstanceOf(NullPointerException.class);
        server.accept(null, net.completion());
        assertThatThrownBy(() -> server.accept(null, net.completion())).isInstanceOf(AcceptPendingException.class);
    }

    @Test
    void handlerThatAcceptsAgainReceivesEveryConnection() throws IOException {
        var repeated = new Repeated(server);
        server.accept(null, repeated);

        for (int i = 0; i < 100; i++) {
            net.connectTo(server);
        }
        net.runAllEvents();

        assertThat(repeated.accepted).hasSize(100);
    }

    @Test
    void fullQueueDelaysClients() throws IOException {
        var small = (LoopServerSocketChannel) net.server().bind(Net.address(0), 2);
        for (int i = 0; i < 5; i++) {
            net.connectTo(small);
        }
        net.runUntil(() -> net.simulation.elapsedNanos() > 500_000_000L);
        var repeated = new Repeated(small);
        small.accept(null, repeated);

        net.runAllEvents();

        assertThat(repeated.accepted).hasSize(5);
    }

    @Test
    void closeFailsAPendingAccept() throws IOException {
        Completion<AsynchronousSocketChannel> accept = net.completion();
        server.accept("attached", accept);

        server.close();
        net.runAllEvents();

        assertThat(accept.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(accept.attachment()).isEqualTo("attached");
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void acceptOnAClosedChannelFails() throws IOException {
        server.close();
        Completion<AsynchronousSocketChannel> accept = net.completion();

        server.accept(null, accept);
        net.runAllEvents();

        assertThat(accept.failure()).isExactlyInstanceOf(ClosedChannelException.class);
    }

    @Test
    void closeFreesAddressAndDescriptor() throws IOException {
        int before = net.process.openDescriptors();
        var address = server.getLocalAddress();
        assertThatThrownBy(() -> net.server().bind(address)).isInstanceOf(BindException.class);

        server.close();

        assertThat(net.process.openDescriptors()).isEqualTo(before);
        net.server().bind(address);
    }

    @Test
    void closeResetsQueuedConnections() throws IOException {
        var client = net.connectTo(server);
        net.runAllEvents();

        server.close();
        net.runAllEvents();

        assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1))).hasMessage("Connection reset");
    }

    @Test
    void closeAfterAcceptingDeliversQueuedConnections() throws IOException {
        var clients = List.of(net.connectTo(server), net.connectTo(server), net.connectTo(server));
        net.runAllEvents();
        var last = new Repeated(null);

        server.closeAfterAccepting(null, last);
        net.runAllEvents();

        assertThat(last.accepted).hasSize(3);
        assertThat(last.failures).isEmpty();
        assertThat(clients).noneMatch(Endpoint::isReadable);
        assertThat(server.isOpen()).isFalse();
        net.server().bind(clients.get(0).remote());
    }

    @Test
    void closeAfterAcceptingReportsMissingDescriptorsOnce() throws IOException {
        for (int i = 0; i < 3; i++) {
            net.connectTo(server);
        }
        net.runAllEvents();
        net.process.limitDescriptors(net.process.openDescriptors() + 1);
        var last = new Repeated(null);

        server.closeAfterAccepting(null, last);
        net.runAllEvents();

        assertThat(last.accepted).hasSize(1);
        assertThat(last.failures).singleElement().extracting(Throwable::getMessage).isEqualTo("Too many open files");
    }

    @Test
    void acceptWithoutADescriptorFailsAndTheConnectionStaysQueued() throws IOException {
        net.connectTo(server);
        net.runAllEvents();
        net.process.limitDescriptors(net.process.openDescriptors());
        Completion<AsynchronousSocketChannel> accept = net.completion();
        server.accept(null, accept);
        net.runAllEvents();
        assertThat(accept.failure()).hasMessage("Too many open files");

        net.process.limitDescriptors(Integer.MAX_VALUE);
        Completion<AsynchronousSocketChannel> again = net.completion();
        server.accept(null, again);
        net.runAllEvents();

        assertThat(again.result().isOpen()).isTrue();
    }

    @Test
    void errorInAcceptLeavesTheChannelOpen() throws IOException {
        net.connectTo(server);
        net.runAllEvents();
        net.process.failNextAccept(new OutOfMemoryError("injected"));
        Completion<AsynchronousSocketChannel> accept = net.completion();
        server.accept(null, accept);
        net.runAllEvents();
        assertThat(accept.failure()).isInstanceOf(OutOfMemoryError.class);
        assertThat(server.isOpen()).isTrue();

        Completion<AsynchronousSocketChannel> again = net.completion();
        server.accept(null, again);
        net.runAllEvents();

        assertThat(again.result().isOpen()).isTrue();
    }

    @Test
    void localAddressIsNullBeforeBindAndThrowsAfterClose() throws IOException {
        var other = net.server();
        assertThat(other.getLocalAddress()).isNull();
        other.bind(Net.address(0));
        assertThat(((InetSocketAddress) other.getLocalAddress()).getPort()).isPositive();
        assertThatThrownBy(() -> other.bind(Net.address(0))).isInstanceOf(AlreadyBoundException.class);

        other.close();
        other.close();

        assertThatThrownBy(other::getLocalAddress).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> other.bind(Net.address(0))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> other.getOption(StandardSocketOptions.SO_RCVBUF))
                .isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void socketsThatShareAPortEachReceiveConnections() throws IOException {
        server.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        var other = net.server();
        other.setOption(StandardSocketOptions.SO_REUSEPORT, true).bind(server.getLocalAddress());
        var first = new Repeated(server);
        var second = new Repeated(other);
        server.accept(null, first);
        other.accept(null, second);
        for (int i = 0; i < 40; i++) {
            net.connectTo(server);
        }
        net.runAllEvents();

        assertThat(first.accepted.size() + second.accepted.size()).isEqualTo(40);
        assertThat(first.accepted).isNotEmpty();
        assertThat(second.accepted).isNotEmpty();
        assertThatThrownBy(() -> server.setOption(StandardSocketOptions.TCP_NODELAY, true))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    private static final class Repeated implements CompletionHandler<AsynchronousSocketChannel, Object> {
        private final LoopServerSocketChannel server;
        private final List<AsynchronousSocketChannel> accepted = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();

        private Repeated(LoopServerSocketChannel server) {
            this.server = server;
        }

        @Override
        public void completed(AsynchronousSocketChannel channel, Object attachment) {
            accepted.add(channel);
            if (server != null) {
                server.accept(null, this);
            }
        }

        @Override
        public void failed(Throwable cause, Object attachment) {
            failures.add(cause);
        }
    }
}

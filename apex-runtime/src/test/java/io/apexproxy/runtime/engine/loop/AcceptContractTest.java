package io.apexproxy.runtime.engine.loop;

import static io.apexproxy.runtime.engine.loop.Net.loopback;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AcceptPendingException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract tests of {@link AsynchronousServerSocketChannel}, on each implementation. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.loop.Implementation#all")
final class AcceptContractTest {
    @AutoClose
    private final Net net;

    AcceptContractTest(Implementation implementation) {
        net = new Net(implementation);
    }

    @Test
    void acceptCompletesWithAConnectedChannelOnTheGroupThread() throws IOException {
        var server = net.boundServer();
        var accept = new Completion<AsynchronousSocketChannel>();

        server.accept("attached", accept);
        var client = net.connectTo(server);

        var accepted = accept.result();
        assertThat(accepted.getRemoteAddress()).isEqualTo(client.getLocalSocketAddress());
        assertThat(accepted.getLocalAddress()).isEqualTo(server.getLocalAddress());
        assertThat(accept.attachment()).isEqualTo("attached");
        assertThat(accept.thread()).isEqualTo(Net.THREAD);
        assertThat(accepted.provider()).isSameAs(net.provider());
    }

    @Test
    void acceptCompletesWithAQueuedConnection() throws IOException {
        var server = net.boundServer();
        net.connectTo(server);
        var accept = new Completion<AsynchronousSocketChannel>();

        server.accept(null, accept);

        assertThat(accept.result().isOpen()).isTrue();
    }

    @Test
    void acceptBeforeBindThrows() throws IOException {
        var server = net.server();

        assertThatThrownBy(() -> server.accept(null, new Completion<>())).isInstanceOf(NotYetBoundException.class);
    }

    @Test
    void secondAcceptThrows() throws IOException {
        var server = net.boundServer();
        server.accept(null, new Completion<>());

        assertThatThrownBy(() -> server.accept(null, new Completion<>())).isInstanceOf(AcceptPendingException.class);
    }

    @Test
    void missingHandlerThrows() throws IOException {
        var server = net.boundServer();

        assertThatThrownBy(() -> server.accept(null, null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void handlerThatAcceptsAgainReceivesEveryConnection() throws Exception {
        var server = net.boundServer();
        int connections = 100;
        var left = new CountDownLatch(connections);
        server.accept(null, new CompletionHandler<AsynchronousSocketChannel, Object>() {
            @Override
            public void completed(AsynchronousSocketChannel accepted, Object attachment) {
                server.accept(null, this);
                left.countDown();
            }

            @Override
            public void failed(Throwable cause, Object attachment) {
                // closed at the end of the test
            }
        });

        for (int i = 0; i < connections; i++) {
            net.connectTo(server);
        }

        assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void acceptEmptiesTheBacklogAndThenWaits() throws IOException {
        var server = net.boundServer();
        var first = new Completion<AsynchronousSocketChannel>();
        server.accept(null, first);
        net.connectTo(server);
        first.result();
        net.connectTo(server);
        net.connectTo(server);

        var second = new Completion<AsynchronousSocketChannel>();
        server.accept(null, second);
        second.result();
        var third = new Completion<AsynchronousSocketChannel>();
        server.accept(null, third);
        third.result();
        var fourth = new Completion<AsynchronousSocketChannel>();
        server.accept(null, fourth);

        assertThat(fourth.isDone()).isFalse();
        net.connectTo(server);
        assertThat(fourth.result().isOpen()).isTrue();
    }

    @Test
    void closeFailsAPendingAccept() throws IOException {
        var server = net.boundServer();
        var accept = new Completion<AsynchronousSocketChannel>();
        server.accept("attached", accept);

        server.close();

        assertThat(accept.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(accept.attachment()).isEqualTo("attached");
        assertThat(accept.thread()).isEqualTo(Net.THREAD);
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void acceptOnAClosedChannelFails() throws IOException {
        net.open(); // keeps the group alive
        var server = net.boundServer();
        server.close();
        var accept = new Completion<AsynchronousSocketChannel>();

        server.accept(null, accept);

        assertThat(accept.failure()).isExactlyInstanceOf(ClosedChannelException.class);
    }

    @Test
    void addressCanBeBoundAgainAfterClose() throws IOException {
        for (int i = 0; i < 50; i++) {
            var server = net.boundServer();
            server.accept(null, new Completion<>());
            var address = server.getLocalAddress();

            server.close();

            net.server().bind(address).close();
        }
    }

    @Test
    void connectionAcceptedAfterShutdownIsClosed() throws IOException {
        var server = net.boundServer();
        var accept = new Completion<AsynchronousSocketChannel>();
        server.accept(null, accept);

        net.group().shutdown();
        var client = net.connectTo(server);

        assertThat(accept.failure()).isInstanceOf(IOException.class)
                .hasCauseInstanceOf(ShutdownChannelGroupException.class);
        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void localAddressIsNullBeforeBindAndThrowsAfterClose() throws IOException {
        var server = net.server();
        assertThat(server.getLocalAddress()).isNull();

        server.bind(loopback(0));
        assertThat(((InetSocketAddress) server.getLocalAddress()).getPort()).isPositive();
        assertThatThrownBy(() -> server.bind(loopback(0))).isInstanceOf(AlreadyBoundException.class);

        server.close();
        assertThatThrownBy(server::getLocalAddress).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> server.bind(loopback(0))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> server.getOption(StandardSocketOptions.SO_RCVBUF))
                .isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void optionsAreStored() throws IOException {
        var server = net.server();

        server.setOption(StandardSocketOptions.SO_REUSEADDR, false).setOption(StandardSocketOptions.SO_REUSEPORT, true);

        assertThat(server.getOption(StandardSocketOptions.SO_REUSEADDR)).isFalse();
        assertThat(server.getOption(StandardSocketOptions.SO_REUSEPORT)).isTrue();
        assertThat(server.supportedOptions()).contains(StandardSocketOptions.SO_RCVBUF);
        assertThatThrownBy(() -> server.setOption(StandardSocketOptions.TCP_NODELAY, true))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void secondCloseHasNoEffect() throws IOException {
        var server = net.boundServer();

        server.close();
        server.close();

        assertThat(server.isOpen()).isFalse();
    }
}

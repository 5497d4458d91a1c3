package io.apexproxy.runtime.engine.select;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Tests of errors that the JDK throws while it accepts a connection, for example {@link OutOfMemoryError}. */
final class AcceptErrorTest {
    @AutoClose
    private final Net net = new Net(Implementation.LOOP);

    @Test
    void errorFailsTheAcceptAndLeavesTheListeningChannelOpen() throws Exception {
        var server = (SelectedServerSocketChannel) net.boundServer();
        var failing = new FailingSocket();
        var accepting = new AcceptOperation(server, net.loop(), failing, false, false);
        var handled = new Completion<AsynchronousSocketChannel>();
        var served = new CompletableFuture<Boolean>();

        net.loop().execute(() -> {
            accepting.begin("attached", handler(handled));
            served.complete(accepting.ready());
        });

        assertThat(served.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(handled.failure()).isInstanceOf(OutOfMemoryError.class);
        assertThat(handled.attachment()).isEqualTo("attached");
        assertThat(failing.accepts).isEqualTo(1);
        assertThat(server.isOpen()).isTrue();
        var next = new Completion<AsynchronousSocketChannel>();
        server.accept(null, next);
        net.connectTo(server);
        assertThat(next.result().isOpen()).isTrue();
    }

    @Test
    void errorWhileTheQueueIsEmptiedFailsTheHandlerOnce() throws IOException {
        var server = (SelectedServerSocketChannel) net.boundServer();
        var accepting = new AcceptOperation(server, net.loop(), new FailingSocket(), false, false);
        var handled = new Completion<AsynchronousSocketChannel>();

        net.loop().execute(() -> accepting.acceptQueued(handler(handled), null));

        assertThat(handled.failure()).isInstanceOf(OutOfMemoryError.class);
        assertThat(handled.calls()).isEqualTo(1);
    }

    private static CompletionHandler<AsynchronousSocketChannel, Object> handler(
            Completion<AsynchronousSocketChannel> completion) {
        return completion;
    }

    /** A socket whose accept throws an error. */
    private static final class FailingSocket extends ServerSocketChannel {
        private int accepts;

        FailingSocket() {
            super(SelectorProvider.provider());
        }

        @Override
        public SocketChannel accept() {
            accepts++;
            throw new OutOfMemoryError("thrown by a test");
        }

        @Override
        public ServerSocketChannel bind(SocketAddress local, int backlog) {
            throw new UnsupportedOperationException("bind");
        }

        @Override
        public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) {
            throw new UnsupportedOperationException("setOption");
        }

        @Override
        public <T> T getOption(SocketOption<T> name) {
            throw new UnsupportedOperationException("getOption");
        }

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            return Set.of();
        }

        @Override
        public ServerSocket socket() {
            throw new UnsupportedOperationException("socket");
        }

        @Override
        public SocketAddress getLocalAddress() {
            throw new UnsupportedOperationException("getLocalAddress");
        }

        @Override
        protected void implCloseSelectableChannel() {
            // holds no descriptor
        }

        @Override
        protected void implConfigureBlocking(boolean block) {
            // not registered with a selector
        }
    }
}

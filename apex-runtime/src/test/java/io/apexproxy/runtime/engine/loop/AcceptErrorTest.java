package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Tests of errors that the JDK throws while it accepts a connection, for example {@link OutOfMemoryError}. */
final class AcceptErrorTest {
    @AutoClose
    private final Net net = new Net(Implementation.SELECT);

    @Test
    void errorFailsTheAcceptAndLeavesTheListeningChannelOpen() throws Exception {
        var failing = new FailingServer(net.loop());
        var accepting = new AcceptOperation(failing, net.loop(), false);
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
        assertThat(failing.isOpen()).isTrue();
    }

    @Test
    void errorWhileTheQueueIsEmptiedFailsTheHandlerOnce() {
        var accepting = new AcceptOperation(new FailingServer(net.loop()), net.loop(), false);
        var handled = new Completion<AsynchronousSocketChannel>();

        net.loop().execute(() -> accepting.acceptQueued(handler(handled), null));

        assertThat(handled.failure()).isInstanceOf(OutOfMemoryError.class);
        assertThat(handled.calls()).isEqualTo(1);
    }

    private static CompletionHandler<AsynchronousSocketChannel, Object> handler(
            Completion<AsynchronousSocketChannel> completion) {
        return completion;
    }

    /** A listening channel whose accept throws an error. */
    private static final class FailingServer extends ServerChannel {
        private int accepts;

        FailingServer(LoopGroup group) {
            super(group, false);
        }

        @Override
        protected StreamChannel acceptSocket() {
            accepts++;
            throw new OutOfMemoryError("thrown by a test");
        }

        @Override
        public void register() {
            // has no socket
        }

        @Override
        public boolean deregister() {
            return false;
        }

        @Override
        protected void listen(SocketAddress local, int backlog) {
            throw new UnsupportedOperationException("listen");
        }

        @Override
        protected void awaitConnection() {
            // the test calls the operation
        }

        @Override
        protected void withdraw() {
            // has no events
        }

        @Override
        protected void free() {
            // holds no descriptor
        }

        @Override
        public <T> AsynchronousServerSocketChannel setOption(SocketOption<T> name, T value) {
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
        public SocketAddress getLocalAddress() {
            throw new UnsupportedOperationException("getLocalAddress");
        }
    }
}

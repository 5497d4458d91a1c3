package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.test.LogCapture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of a listening channel that accepts the queued connections before it closes. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.loop.Implementation#engines")
final class CloseAfterAcceptingTest {
    private static final int QUEUED = 30;

    @AutoClose
    private final Net net;
    private final Collector collector = new Collector();

    CloseAfterAcceptingTest(Implementation implementation) {
        net = new Net(implementation);
    }

    @Test
    void queuedConnectionsAreAllDeliveredAndUsable() throws IOException {
        var server = (LoopServerSocketChannel) net.boundServer();
        var clients = connect(server);

        server.closeAfterAccepting("attached", collector);

        assertAllDelivered(clients);
        assertThat(collector.attachments).containsOnly("attached");
        assertThat(collector.threads).containsOnly(Net.THREAD);
    }

    @Test
    void addressCanBeBoundAgainAfterReturn() throws IOException {
        var server = (LoopServerSocketChannel) net.boundServer();
        var address = (InetSocketAddress) server.getLocalAddress();
        connect(server);

        server.closeAfterAccepting(null, collector);

        try (var next = net.server().bind(address)) {
            assertThat(next.getLocalAddress()).isEqualTo(address);
        }
    }

    @Test
    void pendingAcceptFailsAndQueuedConnectionsReachTheHandler() throws IOException {
        var server = (LoopServerSocketChannel) net.boundServer();
        var pending = new Completion<AsynchronousSocketChannel>();
        server.accept(null, pending);
        // The connections are queued and the channel is closed while the loop is blocked.
        var entered = new CompletableFuture<Void>();
        var released = new CompletableFuture<Void>();
        net.loop().execute(() -> {
            entered.complete(null);
            released.join();
        });
        entered.join();
        var clients = connect(server);
        var closing = CompletableFuture.runAsync(() -> server.closeAfterAccepting(null, collector));
        await().until(() -> !server.isOpen());
        released.complete(null);
        closing.join();

        assertThat(pending.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertAllDelivered(clients);
    }

    @Test
    void withoutQueuedConnectionsTheHandlerIsNotCalled() throws IOException {
        var server = (LoopServerSocketChannel) net.boundServer();

        server.closeAfterAccepting(null, collector);

        assertThat(server.isOpen()).isFalse();
        assertThat(collector.accepted).isEmpty();
        assertThat(collector.failures).isEmpty();
    }

    @Test
    void secondCloseDoesNotCallTheHandler() throws IOException {
        var server = (LoopServerSocketChannel) net.boundServer();
        server.close();

        server.closeAfterAccepting(null, collector);

        assertThat(collector.accepted).isEmpty();
        assertThat(collector.failures).isEmpty();
    }

    @Test
    void throwingHandlerLosesNoOtherConnection() throws IOException {
        var server = (LoopServerSocketChannel) net.boundServer();
        connect(server);
        try (var log = LogCapture.of("apex.engine", Level.ERROR)) {
            collector.throwing = true;

            server.closeAfterAccepting(null, collector);

            assertThat(collector.accepted).hasSize(QUEUED);
            assertThat(log.lines()).hasSize(QUEUED);
        }
    }

    private List<Socket> connect(LoopServerSocketChannel server) throws IOException {
        var clients = new ArrayList<Socket>();
        for (int i = 0; i < QUEUED; i++) {
            clients.add(net.connectTo(server));
        }
        return clients;
    }

    private void assertAllDelivered(List<Socket> clients) throws IOException {
        assertThat(collector.accepted).hasSize(QUEUED);
        assertThat(collector.failures).isEmpty();
        collector.accepted.forEach(Repeated::echo);
        for (var client : clients) {
            client.getOutputStream().write('a');
            assertThat(client.getInputStream().read()).isEqualTo('a');
        }
    }

    private static final class Collector implements CompletionHandler<AsynchronousSocketChannel, Object> {
        private final List<AsynchronousSocketChannel> accepted = new CopyOnWriteArrayList<>();
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();
        private final List<Object> attachments = new CopyOnWriteArrayList<>();
        private final List<String> threads = new CopyOnWriteArrayList<>();
        private volatile boolean throwing;

        @Override
        public void completed(AsynchronousSocketChannel connection, Object attachment) {
            accepted.add(connection);
            attachments.add(String.valueOf(attachment));
            threads.add(Thread.currentThread().getName());
            if (throwing) {
                throw new IllegalStateException("thrown by a test");
            }
        }

        @Override
        public void failed(Throwable cause, Object attachment) {
            failures.add(cause);
        }
    }
}

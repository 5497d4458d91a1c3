package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of channels of several loops on one listening socket that the process has inherited. */
@ParameterizedClass
@MethodSource("io.apexproxy.runtime.engine.loop.Implementation#engines")
final class InheritedChannelTest {
    private static final int CLIENTS = 40;

    @AutoClose
    private final Net first;
    @AutoClose
    private final Net second;
    @AutoClose
    private ServerSocketChannel socket;
    private final List<SocketChannel> clients = new ArrayList<>();

    InheritedChannelTest(Implementation implementation) {
        first = new Net(implementation);
        second = new Net(implementation);
    }

    @BeforeEach
    void listen() throws IOException {
        socket = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void closeClients() throws IOException {
        for (SocketChannel client : clients) {
            client.close();
        }
    }

    private void connect() throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(SocketChannel.open(socket.getLocalAddress()));
        }
    }

    /** Blocks a loop until the returned future is completed. */
    private static CompletableFuture<Void> block(Net net) {
        var entered = new CompletableFuture<Void>();
        var released = new CompletableFuture<Void>();
        net.loop().execute(() -> {
            entered.complete(null);
            released.join();
        });
        entered.join();
        return released;
    }

    @Test
    void eachLoopAccepts() throws IOException {
        var one = new Accepting(first);
        var other = new Accepting(second);

        var released = block(first);
        connect();
        await().until(() -> other.accepted.size() == CLIENTS);
        released.complete(null);
        released = block(second);
        connect();
        await().until(() -> one.accepted.size() == CLIENTS);
        released.complete(null);
    }

    @Test
    void closeStopsOneLoopOnly() throws IOException {
        var one = new Accepting(first);
        var other = new Accepting(second);

        one.channel.close();
        connect();

        await().until(() -> other.accepted.size() == CLIENTS);
        assertThat(one.accepted).isEmpty();
        assertThat(one.channel.isOpen()).isFalse();
        assertThat(socket.isOpen()).isTrue();
    }

    @Test
    void lastCloseAcceptsTheQueueAndKeepsTheSocket() throws IOException {
        var channel = first.loop().openServer(socket);
        connect();

        var queued = new Collector();
        channel.closeAfterAccepting(null, queued);

        assertThat(queued.accepted).hasSize(CLIENTS);
        connect();
        for (int i = 0; i < CLIENTS; i++) {
            try (var next = socket.accept()) {
                assertThat(next).isNotNull();
            }
        }
    }

    @Test
    void closedChannelCanBeReplaced() throws IOException {
        first.loop().openServer(socket).close();

        var again = new Accepting(first);

        connect();
        await().until(() -> again.accepted.size() == CLIENTS);
    }

    @Test
    void secondChannelOfALoopIsRejectedAndHarmsNoOther() throws IOException {
        var one = new Accepting(first);

        assertThatThrownBy(() -> first.loop().openServer(socket)).isInstanceOf(IOException.class);

        connect();
        await().until(() -> one.accepted.size() == CLIENTS);
    }

    @Test
    void endOfTheLoopKeepsTheSocket() throws Exception {
        new Accepting(first);

        first.close();

        assertThat(first.group().isTerminated()).isTrue();
        assertThat(socket.isOpen()).isTrue();
        assertThat(socket.isRegistered()).isFalse();
    }

    private static class Collector implements CompletionHandler<AsynchronousSocketChannel, Void> {
        final List<AsynchronousSocketChannel> accepted = new CopyOnWriteArrayList<>();

        @Override
        public void completed(AsynchronousSocketChannel connection, Void nothing) {
            accepted.add(connection);
        }

        @Override
        public void failed(Throwable cause, Void nothing) {
        }
    }

    /** Accepts until its channel is closed. */
    private final class Accepting extends Collector {
        private final LoopServerSocketChannel channel;

        private Accepting(Net net) throws IOException {
            channel = net.loop().openServer(socket);
            channel.accept(null, this);
        }

        @Override
        public void completed(AsynchronousSocketChannel connection, Void nothing) {
            super.completed(connection, null);
            if (channel.isOpen()) {
                channel.accept(null, this);
            }
        }
    }
}

package io.apexproxy.runtime.relay.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.TurnObserver;
import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.select.SelectTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpareDescriptorTest {

    private static final long PATIENCE_SECONDS = 20;

    private LoopGroup loop;
    private SpareDescriptor spare;

    @BeforeEach
    void open() throws IOException {
        loop = SelectTransport.newProvider().openLoop(task -> new Thread(task, "spare"), TurnObserver.NONE);
        spare = new SpareDescriptor(loop);
    }

    @AfterEach
    void close() throws IOException {
        spare.close();
        loop.close();
    }

    @Test
    void spareConnectsOnceAndCanBeReservedAgain() throws Exception {
        try (ServerSocket backend = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(spare.take(backend.getLocalSocketAddress())).isEmpty();
            assertThat(spare.reserve()).isTrue();

            assertConnects(backend.getLocalSocketAddress());

            assertThat(spare.take(backend.getLocalSocketAddress())).isEmpty();
            assertThat(spare.reserve()).isTrue();
        }
    }

    @Test
    void spareConnectsToAnAddressOfAnotherKind(@TempDir Path directory) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("backend"));
        try (ServerSocketChannel backend = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            backend.bind(address);
            for (int time = 1; time <= 2; time++) {
                assertThat(spare.reserve()).isTrue();

                assertConnects(address);
            }
        }
    }

    private void assertConnects(SocketAddress address) throws Exception {
        try (AsynchronousSocketChannel socket = spare.take(address).orElseThrow()) {
            assertThat(socket).isInstanceOf(LoopSocketChannel.class);
            CompletableFuture<Void> connected = new CompletableFuture<>();
            socket.connect(address, connected, new CompletionHandler<>() {
                @Override
                public void completed(Void nothing, CompletableFuture<Void> result) {
                    result.complete(null);
                }

                @Override
                public void failed(Throwable cause, CompletableFuture<Void> result) {
                    result.completeExceptionally(cause);
                }
            });
            connected.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }
}

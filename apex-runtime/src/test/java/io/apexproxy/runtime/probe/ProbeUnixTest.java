package io.apexproxy.runtime.probe;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.testkit.FakeBackend;
import io.apexproxy.runtime.engine.select.SelectTransport;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ProbeUnixTest {

    private static final Duration AMPLE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final ProbeConnector connector = new ProbeConnector(SelectTransport::newProvider);
    private UnixDomainSocketAddress address;
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException {
        address = UnixDomainSocketAddress.of(directory.resolve("app.sock"));
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address, 1);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        connector.close();
        executor.shutdownNow();
    }

    private CompletableFuture<AsynchronousByteChannel> connect() {
        return connector.of(executor).connect(FakeBackend.at(address), address, AMPLE).toCompletableFuture();
    }

    @Test
    void bytesArriveAndCloseEndsTheStream() throws Exception {
        AsynchronousByteChannel channel = connect().get(20, SECONDS);
        try (SocketChannel accepted = server.accept()) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2})).get(20, SECONDS);
            ((NetworkChannel) channel).setOption(StandardSocketOptions.SO_LINGER, 0); // no effect here
            channel.close();

            ByteBuffer received = ByteBuffer.allocate(9);
            while (accepted.read(received) >= 0) {
                // until the end of the stream
            }
            assertThat(received.position()).isEqualTo(2);
        }
    }

    @Test
    void missingServerRefuses() throws Exception {
        server.close();

        assertThatThrownBy(() -> connect().get(20, SECONDS)).cause().hasMessage("connection refused");
    }

    /** Linux does not wait for room in the queue, in contrast to TCP. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void fullAcceptQueueIsReported() throws Exception {
        connect().get(20, SECONDS);
        connect().get(20, SECONDS);

        assertThatThrownBy(() -> connect().get(20, SECONDS)).cause().hasMessage("accept queue full");
    }
}

package io.apexproxy.health.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.Backend;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.api.testkit.FakeBackend;
import io.apexproxy.api.testkit.FakeContext;
import io.apexproxy.api.testkit.MapSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests of probes of Unix-domain sockets. */
@Timeout(60) // seconds, for a test that hangs
class UnixSocketTest {

    /** Long enough for every probe that does not hang. */
    private static final Duration AMPLE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;
    private final FakeContext context = FakeContext.create();
    private ServerSocketChannel server;
    private Backend backend;

    @BeforeEach
    void listen() throws IOException {
        var address = UnixDomainSocketAddress.of(directory.resolve("app.sock"));
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
        backend = FakeBackend.at(address);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        context.close();
    }

    @Test
    void listeningSocketIsHealthy() throws Exception {
        assertThat(result(check(Map.of()), AMPLE)).isEqualTo(HealthResult.healthy());

        server.close();

        assertThatThrownBy(() -> result(check(Map.of()), AMPLE)).cause().isInstanceOf(IOException.class)
                .hasMessage("connection refused");
    }

    @Test
    void portSettingIsUnhealthyForUnixSocket() throws Exception {
        backend = FakeBackend.at(UnixDomainSocketAddress.of("/run/app.sock"));

        assertThat(result(check(Map.of("port", 80)), AMPLE)).isEqualTo(HealthResult.unhealthy(
                "unix:/run/app.sock has no port: leave port out of the health check"));
    }

    @Test
    void responseIsCompared() throws Exception {
        var responder = respond(List.of("220 ready"), List.of("500 no"), List.of());
        var check = check(Map.of("expect", "220"));

        assertThat(result(check, AMPLE)).isEqualTo(HealthResult.healthy());
        assertThat(result(check, AMPLE)).isEqualTo(HealthResult.unhealthy("expected \"220\", got \"500 no\""));
        assertThat(result(check, AMPLE)).isEqualTo(
                HealthResult.unhealthy("connection closed by the backend, expected \"220\", got nothing"));
        responder.join();
        assertThat(result(check, Duration.ofMillis(200))).isEqualTo(
                HealthResult.unhealthy("timed out after 200ms, expected \"220\", got nothing"));
    }

    @Test
    void responseInPiecesIsAccepted() throws Exception {
        respond(List.of("2", "2", "0", " ready"));

        assertThat(result(check(Map.of("expect", "220 ready")), AMPLE)).isEqualTo(HealthResult.healthy());
    }

    /** Sends one response per connection, as a list of pieces, and closes the connection. */
    @SafeVarargs
    private Thread respond(List<String>... answers) {
        Thread thread = new Thread(() -> {
            for (List<String> answer : answers) {
                try (var connection = server.accept()) {
                    for (String piece : answer) {
                        connection.write(StandardCharsets.UTF_8.encode(piece));
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20)); // so that they arrive separately
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        thread.start();
        return thread;
    }

    private HealthCheck check(Map<String, Object> settings) {
        return new TcpProvider().create(MapSettings.of(settings), context);
    }

    private HealthResult result(HealthCheck check, Duration timeout) throws Exception {
        return check.probe(backend, timeout).toCompletableFuture().get(AMPLE.toSeconds(), TimeUnit.SECONDS);
    }
}

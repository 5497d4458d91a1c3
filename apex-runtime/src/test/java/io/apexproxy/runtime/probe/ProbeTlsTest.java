package io.apexproxy.runtime.probe;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.testkit.FakeServer;
import io.apexproxy.runtime.certificate.ServerCertificate;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.ProxyVersion;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.tls.StartTls;
import io.apexproxy.runtime.engine.select.SelectTransport;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.BackendTls;
import io.apexproxy.runtime.protocol.postgres.PostgresRequest;
import io.apexproxy.runtime.tls.ClientContext;
import io.apexproxy.runtime.tls.TlsFixture;
import io.apexproxy.runtime.tls.TlsProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.Channels;
import java.nio.channels.NetworkChannel;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ProbeTlsTest {

    private static final Duration AMPLE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final ProbeConnector connector = new ProbeConnector(SelectTransport::newProvider);

    @AfterEach
    void close() throws IOException {
        connector.close();
        executor.shutdownNow();
    }

    private AsynchronousByteChannel connect(FakeServer server, String host, String issuer, StartTls starttls,
            Duration timeout) throws Exception {
        var context = new ClientContext(TlsFixture.pool(true, ""), Optional.empty(),
                Optional.of(TlsFixture.issuers(issuer)), TlsProvider.ofJdk());
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
        var backend = new BackendState(this, "b", address,
                new BackendConfig("b", new HostPort(host, server.port()), 1, 0), ProxyVersion.V1,
                () -> Optional.of(new BackendTls(context, starttls == StartTls.POSTGRES)), 1);
        return connector.of(executor).connect(backend, address, timeout).toCompletableFuture().get(20, SECONDS);
    }

    private static SSLSocket tls(Socket connection, String version) throws IOException {
        SSLSocket socket = (SSLSocket) context().getSocketFactory().createSocket(connection, null, 0, true);
        socket.setUseClientMode(false);
        socket.setEnabledProtocols(new String[] {version});
        return socket;
    }

    private static SSLContext context() {
        try {
            ServerCertificate certificate = TlsFixture.certificate("a-ec");
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setKeyEntry("a", certificate.key(), new char[0],
                    certificate.chain().toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads the PROXY protocol header, which is not encrypted. */
    private static void readHeader(Socket connection) throws IOException {
        int next = 0;
        while (next != '\n') {
            next = connection.getInputStream().read();
        }
    }

    private static void answer(SSLSocket socket) throws IOException {
        socket.getOutputStream().write(socket.getInputStream().readNBytes(3));
        if (socket.getInputStream().read() >= 0) {
            throw new IOException("bytes after the request");
        }
        socket.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void headerIsPlainAndRequestIsEncryptedAndEndIsRegular(String version) throws Exception {
        try (var server = FakeServer.running(connection -> {
            readHeader(connection);
            answer(tls(connection, version));
        })) {
            AsynchronousByteChannel channel = connect(server, "a.example", "ca", StartTls.OFF, AMPLE);

            channel.write(ByteBuffer.wrap("ask".getBytes(US_ASCII))).get(20, SECONDS);

            assertThat(Channels.newInputStream(channel).readNBytes(3)).asString().isEqualTo("ask");
            channel.close();
            assertThat(server.ending()).isEqualTo(FakeServer.REGULAR);
        }
    }

    @Test
    void tlsOfPostgresBeginsWithItsRequest() throws Exception {
        try (var server = FakeServer.running(connection -> {
            readHeader(connection);
            assertThat(connection.getInputStream().readNBytes(8)).isEqualTo(PostgresRequest.ssl());
            FakeServer.write(connection, "S");
            answer(tls(connection, "TLSv1.3"));
        })) {
            AsynchronousByteChannel channel = connect(server, "a.example", "ca", StartTls.POSTGRES, AMPLE);

            channel.write(ByteBuffer.wrap("ask".getBytes(US_ASCII))).get(20, SECONDS);

            assertThat(Channels.newInputStream(channel).readNBytes(3)).asString().isEqualTo("ask");
            ((NetworkChannel) channel).setOption(StandardSocketOptions.SO_LINGER, 0); // no effect with TLS
            channel.close();
            assertThat(server.ending()).isEqualTo(FakeServer.REGULAR);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "N, the backend does not accept TLS",
        "E, unexpected answer to SSLRequest",
        "'', closed after SSLRequest",
    })
    void refusedRequestIsTheReason(String answer, String reason) {
        try (var server = FakeServer.running(connection -> {
            readHeader(connection);
            connection.getInputStream().readNBytes(8);
            FakeServer.write(connection, answer);
        })) {
            assertThatThrownBy(() -> connect(server, "a.example", "ca", StartTls.POSTGRES, AMPLE)).cause()
                    .hasMessage(reason);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "b.example, ca, No subject alternative DNS name matching b.example found.",
        "a.example, client, the certificate is not trusted "
                + "(unable to find valid certification path to requested target)",
    })
    void wrongCertificateIsTheReason(String host, String issuer, String reason) {
        try (var server = FakeServer.running(connection -> {
            readHeader(connection);
            tls(connection, "TLSv1.3").startHandshake();
            FakeServer.readToEnd(connection);
        })) {
            assertThatThrownBy(() -> connect(server, host, issuer, StartTls.OFF, AMPLE)).cause()
                    .isExactlyInstanceOf(IOException.class)
                    .message().matches("(?i)TLS handshake failed: (\\(certificate_unknown\\) )?" // by Java 25
                            + Pattern.quote(reason));
        }
    }

    @Test
    void plainBackendIsTheReason() {
        try (var server = FakeServer.running(connection -> {
            FakeServer.write(connection, "220 ready\r\n");
            FakeServer.readToEnd(connection);
        })) {
            assertThatThrownBy(() -> connect(server, "a.example", "ca", StartTls.OFF, AMPLE)).cause()
                    .hasMessageStartingWith("TLS handshake failed: ");
        }
    }

    @Test
    void silentBackendTimesOut() {
        try (var server = FakeServer.running(FakeServer::readToEnd)) {
            assertThatThrownBy(() -> connect(server, "a.example", "ca", StartTls.OFF, SHORT)).cause()
                    .hasMessage("timed out after 300ms");
        }
    }
}

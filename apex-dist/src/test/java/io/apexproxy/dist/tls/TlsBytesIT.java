package io.apexproxy.dist.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that all bytes arrive through TLS on both sides, and that a truncated stream never ends regularly. */
@DisabledOnOs(OS.WINDOWS)
class TlsBytesIT extends DistributionFixture {

    private static final String NAME = "app.example";
    private static final int MIB = 1024 * 1024;
    private static final int SIZE = 50 * MIB;
    private static final int CHUNK = 100_000;
    /** The pause of a slow reader after each MiB. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Authority authority;
    private KeyPairFiles files;
    private JdkTls client;
    private JdkTls server;
    private final int port = FreePorts.next();
    private final int plainPort = FreePorts.next();

    @BeforeEach
    void createCertificates() {
        authority = Authority.created(directory, "authority", Authority.EC);
        files = authority.issue("app", NAME);
        client = JdkTls.client(authority);
        server = JdkTls.server(files, authority);
    }

    /** The client sends 50 MB and half-closes; then it gets the checksum and 50 MB, which it reads slowly. */
    @Test
    void allBytesArriveWithHalfCloseAndASlowReaderAndAReload() throws Exception {
        try (var backend = serving(socket -> {
            byte[] received = digest(socket.getInputStream(), 0);
            socket.getOutputStream().write(received);
            sendRandom(socket, 2, SIZE);
            socket.shutdownOutput();
        }); var proxy = start(backend, 60); var socket = client.connect(port, NAME, "TLSv1.3")) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    sendRandom(socket, 1, SIZE / 2);
                    reload(proxy, backend, 61);
                    sendRandom(socket, 3, SIZE / 2);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });

            byte[] answered = socket.getInputStream().readNBytes(sha256().getDigestLength());
            byte[] received = digest(socket.getInputStream(), PAUSE_NANOS);

            sending.get(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(answered).isEqualTo(expected(SIZE / 2, 1, 3));
            assertThat(received).isEqualTo(expected(SIZE, 2));
            assertThat(proxy.awaitLine(" apex.access: ")).contains(" tls=TLSv1.3 ", " from_client=" + SIZE + " ",
                    " from_backend=" + (SIZE + answered.length) + " ");
        }
    }

    /** The end of the backend's stream does not end that of the client. */
    @Test
    void clientSendsAfterTheBackendHasHalfClosed() throws Exception {
        var received = new CompletableFuture<byte[]>();
        try (var backend = serving(socket -> {
            sendRandom(socket, 1, MIB);
            socket.shutdownOutput();
            received.complete(digest(socket.getInputStream(), 0));
        }); var proxy = start(backend, 60); var socket = client.connect(port, NAME, "TLSv1.3")) {
            assertThat(digest(socket.getInputStream(), 0)).isEqualTo(expected(MIB, 1));

            sendRandom(socket, 2, MIB);
            socket.shutdownOutput();

            assertThat(received.get(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(expected(MIB, 2));
            assertThat(proxy.awaitLine(" apex.access: ")).contains(" from_client=" + MIB + " from_backend=" + MIB);
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2", "TLSv1.3"})
    void truncatedResponseIsNoRegularEndForAClientWithTls(String version) throws IOException {
        try (var backend = truncating(); var proxy = start(backend, 60);
                var socket = client.connect(port, NAME, version)) {
            assertThatThrownBy(() -> socket.getInputStream().readAllBytes()).isInstanceOf(IOException.class);

            assertThat(proxy.awaitLine(" apex.access: ")).contains(" backend-reset client=");
        }
    }

    @Test
    void truncatedResponseIsAResetForAClientWithoutTls() throws IOException {
        try (var backend = truncating(); var proxy = start(backend, 60);
                var socket = new Socket(InetAddress.getLoopbackAddress(), plainPort)) {
            assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
                    .isInstanceOf(SocketException.class).hasMessageContaining("reset");
            assertThat(proxy.awaitLine(" apex.access: ")).contains(" backend-reset client=");
        }
    }

    /** The backend must not take a part of a request for the whole. */
    @ParameterizedTest
    @CsvSource({"TLSv1.2", "TLSv1.3"})
    void truncatedRequestIsNoRegularEndForTheBackend(String version) throws Exception {
        var begun = new CompletableFuture<Integer>();
        var end = new CompletableFuture<Integer>();
        try (var backend = serving(socket -> {
            begun.complete(socket.getInputStream().read());
            try {
                end.complete(socket.getInputStream().readAllBytes().length);
            } catch (IOException e) {
                end.completeExceptionally(e);
            }
        }); var proxy = start(backend, 60);
                var transport = new Socket(InetAddress.getLoopbackAddress(), port);
                var socket = client.secure(transport, NAME, version)) {
            socket.getOutputStream().write(JdkTls.ascii("half of a request"));
            assertThat(begun).succeedsWithin(ApexProcess.PATIENCE).isEqualTo((int) 'h');

            transport.shutdownOutput();

            assertThat(end).failsWithin(ApexProcess.PATIENCE).withThrowableThat()
                    .withCauseInstanceOf(IOException.class);
            assertThat(proxy.awaitLine(" apex.access: ")).contains(" client-reset client=");
        }
    }

    private ApexProcess start(TestServer backend, int idleSeconds) {
        ApexProcess proxy = configured(backend, idleSeconds).start();
        proxy.awaitLine("Proxy listening on 127.0.0.1:" + plainPort);
        proxy.awaitLine("alive: true");
        return proxy;
    }

    private void reload(ApexProcess proxy, TestServer backend, int idleSeconds) {
        configured(backend, idleSeconds);
        proxy.awaitLine("Configuration changed");
    }

    private Distribution configured(TestServer backend, int idleSeconds) {
        return apex.configure("""
                [listeners.web]
                listen_addr = "127.0.0.1:%d"
                pool = "web"
                idle_timeout = "%ds"
                tls = { %s }
                [listeners.plain]
                listen_addr = "127.0.0.1:%d"
                pool = "web"
                [pools.web]
                backends = ["%s"]
                connect_timeout = "20s"
                health_check = { provider = "tcp", tls = "off", interval = "1d" }
                tls = { ca_file = "%s", server_name = "%s" }
                """.formatted(port, idleSeconds, files.certificates(), plainPort, backend.address(), authority.file(),
                NAME));
    }

    /** A behaviour of a backend after the handshake. */
    private interface Script {
        void serve(SSLSocket socket) throws IOException;
    }

    private TestServer serving(Script script) {
        return TestServer.serving(socket -> {
            try (SSLSocket secured = server.accept(socket)) {
                script.serve(secured);
            }
        });
    }

    /** Starts a server that ends in the middle of a response, with a FIN only. */
    private TestServer truncating() {
        return TestServer.serving(socket -> {
            SSLSocket secured = server.accept(socket);
            secured.getOutputStream().write(JdkTls.ascii("half of a response"));
            socket.shutdownOutput();
            TestServer.readToEnd(socket);
        });
    }

    private static void sendRandom(SSLSocket socket, long seed, int size) throws IOException {
        Random random = new Random(seed);
        OutputStream out = socket.getOutputStream();
        byte[] chunk = new byte[CHUNK];
        for (int sent = 0; sent < size; sent += CHUNK) {
            random.nextBytes(chunk);
            out.write(chunk, 0, Math.min(CHUNK, size - sent));
        }
    }

    private static byte[] expected(int size, long... seeds) {
        MessageDigest digest = sha256();
        byte[] chunk = new byte[CHUNK];
        for (long seed : seeds) {
            Random random = new Random(seed);
            for (int done = 0; done < size; done += CHUNK) {
                random.nextBytes(chunk);
                digest.update(chunk, 0, Math.min(CHUNK, size - done));
            }
        }
        return digest.digest();
    }

    /** Reads to the end of the stream, with a pause after each MiB. */
    private static byte[] digest(InputStream in, long pauseNanos) throws IOException {
        MessageDigest digest = sha256();
        for (byte[] part = in.readNBytes(MIB); part.length > 0; part = in.readNBytes(MIB)) {
            digest.update(part);
            LockSupport.parkNanos(pauseNanos);
        }
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

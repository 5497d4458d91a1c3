package io.apexproxy.dist.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests of clients that do not complete their handshakes. */
@DisabledOnOs(OS.WINDOWS)
class HandshakeLimitIT extends DistributionFixture {

    private static final String NAME = "app.example";
    private static final Duration TIMEOUT = Duration.ofSeconds(6);
    private static final int LIMIT = 2;
    private static final int BYTE_MILLIS = 1_000;

    private final int port = FreePorts.next();

    @Test
    void handshakesBeyondTheLimitWaitUntilOthersTimeOut() throws IOException {
        Authority authority = Authority.created(directory, "authority", Authority.EC);
        JdkTls client = JdkTls.client(authority);
        try (var backend = TestServer.greeting("hello"); var proxy = start(authority, backend);
                var first = slowClient(client); var second = slowClient(client)) {
            // a client that waits has the same timeout, and is served within the rest of it
            await().during(TIMEOUT.dividedBy(2)).until(() -> timeouts(proxy) == 0);
            List<CompletableFuture<Integer>> waiting = IntStream.range(0, 2 * LIMIT)
                    .mapToObj(each -> Bytes.async(() -> firstByte(client))).toList();
            assertThat(proxy.awaitLine(" WARN ")).contains("tls_handshakes", "limit of " + LIMIT + " reached");
            assertThat(waiting).noneMatch(CompletableFuture::isDone);

            assertThat(waiting).allSatisfy(
                    served -> assertThat(served).succeedsWithin(ApexProcess.PATIENCE).isEqualTo((int) 'h'));

            await().atMost(ApexProcess.PATIENCE).until(() -> timeouts(proxy) == LIMIT);
            assertThat(proxy.output()).filteredOn(line -> line.contains(" WARN ")).hasSize(1);
            for (Socket slow : List.of(first, second)) {
                assertThatThrownBy(() -> slow.getInputStream().readAllBytes()).hasMessageContaining("reset");
            }
        }
    }

    @Test
    void clientThatSendsAByteASecondIsCut() throws IOException {
        Authority authority = Authority.created(directory, "authority", Authority.EC);
        byte[] hello = hello(JdkTls.client(authority));
        try (var backend = TestServer.greeting("hello"); var proxy = start(authority, backend);
                var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            long begun = System.nanoTime();
            socket.setSoTimeout(BYTE_MILLIS);
            int sent = 0;
            while (sent < hello.length && isOpenAfter(hello[sent], socket)) {
                sent++;
            }

            Duration served = Duration.ofNanos(System.nanoTime() - begun);
            assertThat(served).isBetween(TIMEOUT.minusSeconds(1), TIMEOUT.plusSeconds(10));
            assertThat(proxy.awaitLine(" apex.access: ")).contains(" first-bytes-timeout client=", " backend=- ");
        }
    }

    /** Sends a byte; returns whether the connection is still open a second later. */
    private static boolean isOpenAfter(byte next, Socket socket) throws IOException {
        try {
            socket.getOutputStream().write(next);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (SocketException e) { // a reset
            return false;
        }
    }

    private static long timeouts(ApexProcess proxy) {
        return proxy.output().stream().filter(line -> line.contains(" first-bytes-timeout client=")).count();
    }

    /** Connects, sends a ClientHello, and waits for the first byte of the answer only. */
    private Socket slowClient(JdkTls client) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) ApexProcess.PATIENCE.toMillis());
        socket.getOutputStream().write(hello(client));
        assertThat(socket.getInputStream().read()).isPositive();
        return socket;
    }

    private int firstByte(JdkTls client) {
        try (var socket = client.connect(port, NAME, "TLSv1.3")) {
            return socket.getInputStream().read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] hello(JdkTls client) throws SSLException {
        SSLEngine engine = client.context().createSSLEngine(NAME, 1);
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        byte[] bytes = new byte[hello.flip().remaining()];
        hello.get(bytes);
        return bytes;
    }

    private ApexProcess start(Authority authority, TestServer backend) {
        ApexProcess proxy = apex.configure("""
                tls_handshakes = %d
                [listeners.web]
                listen_addr = "127.0.0.1:%d"
                pool = "web"
                first_bytes_timeout = "%ds"
                tls = { %s }
                [pools.web]
                backends = ["%s"]
                """.formatted(LIMIT, port, TIMEOUT.toSeconds(), authority.issue("app", NAME).certificates(),
                backend.address())).start();
        proxy.port();
        return proxy;
    }
}

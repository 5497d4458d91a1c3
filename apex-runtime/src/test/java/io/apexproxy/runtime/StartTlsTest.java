package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.protocol.postgres.PostgresRequest;
import io.apexproxy.runtime.protocol.tls.HelloBuilder;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.LogCapture;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of listeners that answer the request of PostgreSQL clients for TLS. */
class StartTlsTest {

    private static final byte[] SSL_REQUEST = HexFormat.of().parseHex("0000000804d2162f");
    private static final byte[] GSS_REQUEST = HexFormat.of().parseHex("0000000804d21630");
    private static final byte[] CANCEL_REQUEST = HexFormat.of().parseHex("0000001004d2162e0000000100000002");
    private static final byte[] STARTUP = HexFormat.of().parseHex("000000170003000075736572006100646174610062000000");
    private static final byte[] HELLO = new HelloBuilder().serverName("a.example").record();
    private static final String LISTENER = """
            starttls = "postgres"
            routes = [{ server_names = ["a.example"], pool = "a" }, { tls = false, pool = "plain" }]
            """;

    /** The first 8 bytes of each connection that is no probe. */
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    @AutoClose
    private final TestServer web = TestServer.greeting("w");
    @AutoClose
    private final TestServer a = server('S');
    @AutoClose
    private final TestServer plain = TestServer.echo();

    /** Returns a server that answers the first 8 bytes with one byte, and echoes the rest. */
    private TestServer server(char answer) {
        return TestServer.serving(socket -> {
            byte[] request = socket.getInputStream().readNBytes(SSL_REQUEST.length);
            if (request.length > 0) {
                requests.add(HexFormat.of().formatHex(request));
                socket.getOutputStream().write(answer);
                TestServer.echo(socket);
            }
        });
    }

    private TestProxy start(String poolA) {
        return TestProxy.threads(2).listener(LISTENER).pool("""
                [pools.a]
                %s
                [pools.plain]
                backends = ["%s"]
                """.formatted(poolA, plain.address())).over(web);
    }

    private TestProxy start() {
        return start("backends = [\"" + a.address() + "\"]");
    }

    private static int answer(Socket client, byte[] bytes) throws IOException {
        client.getOutputStream().write(bytes);
        return client.getInputStream().read();
    }

    private static void assertEchoed(Socket client, byte[] bytes) throws IOException {
        client.getOutputStream().write(bytes);
        assertThat(client.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
    }

    @Test
    void requestIsAnsweredAndSentAgainToTheBackend() throws IOException {
        try (var proxy = start(); var client = proxy.connect()) {
            assertThat(answer(client, SSL_REQUEST)).isEqualTo('S');
            assertEchoed(client, HELLO);
            assertThat(Bytes.ping(client)).isEqualTo('p');

            assertThat(requests).containsExactly(HexFormat.of().formatHex(PostgresRequest.ssl()));
        }
    }

    @Test
    void encryptionByGssapiIsDeclinedFirst() throws IOException {
        try (var proxy = start(); var client = proxy.connect()) {
            assertThat(answer(client, GSS_REQUEST)).isEqualTo('N');
            assertThat(answer(client, SSL_REQUEST)).isEqualTo('S');
            assertEchoed(client, HELLO);
        }
    }

    @Test
    void tlsWithoutARequestIsRoutedWithoutARequest() throws IOException {
        try (var proxy = start("backends = [\"" + plain.address() + "\"]"); var client = proxy.connect()) {
            assertEchoed(client, HELLO);
        }
    }

    @Test
    void otherMessagesCountAsNotTls() throws IOException {
        try (var proxy = start(); var startup = proxy.connect(); var cancel = proxy.connect()) {
            assertEchoed(startup, STARTUP);
            assertEchoed(cancel, CANCEL_REQUEST);
            assertThat(requests).isEmpty();
        }
    }

    @Test
    void secondRequestForGssapiIsLeftToTheBackend() throws IOException {
        try (var proxy = start(); var client = proxy.connect()) {
            assertThat(answer(client, GSS_REQUEST)).isEqualTo('N');
            assertEchoed(client, GSS_REQUEST);
        }
    }

    @Test
    void clientThatSendsNoHelloAfterTheAnswerIsCut() throws IOException {
        try (var proxy = start(); var client = proxy.connect()) {
            assertThat(answer(client, SSL_REQUEST)).isEqualTo('S');
            client.shutdownOutput();

            assertThat(client.getInputStream().read()).isNegative();
            proxy.awaitEnding("client-closed");
            assertThat(requests).isEmpty();
        }
    }

    @Test
    void clientThatRequestsTlsAndDoesNotUseItIsRefused() throws IOException {
        try (var proxy = start(); var client = proxy.connect()) {
            assertThat(answer(client, SSL_REQUEST)).isEqualTo('S');
            client.getOutputStream().write(STARTUP);

            Bytes.assertReset(client);
            proxy.awaitEnding("hello");
        }
    }

    @Test
    void backendWithoutTlsIsSkippedAndStaysUp() throws IOException {
        try (var refusing = server('N'); var log = LogCapture.ofApex();
                var proxy = start("backends = [\"" + refusing.address() + "\", \"" + a.address() + "\"]")) {
            for (int connection = 0; connection < 4; connection++) {
                try (var client = proxy.connect()) {
                    assertThat(answer(client, SSL_REQUEST)).isEqualTo('S');
                    assertEchoed(client, HELLO);
                }
            }

            proxy.awaitEnding("client-closed", 4);
            var backends = proxy.snapshot().pools().get(1).backends();
            assertThat(backends.get(0).state()).isEqualTo("up");
            assertThat(backends.get(0).connectErrors()).isPositive();
            assertThat(log.count("does not accept TLS after SSLRequest")).isOne();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"closed after SSLRequest", "unexpected answer to SSLRequest"})
    void backendThatFailsAfterTheRequestHasFailed(String reason) throws IOException {
        try (var failing = TestServer.serving(socket -> {
            socket.getInputStream().readNBytes(SSL_REQUEST.length);
            if (reason.startsWith("unexpected")) {
                TestServer.send(socket, "E");
            }
        }); var log = LogCapture.ofApex();
                var proxy = start("health_check = { provider = \"tcp\", interval = \"1h\", fall = 1 }\nbackends = [\""
                        + failing.address() + "\"]");
                var client = proxy.connect()) {
            assertThat(answer(client, SSL_REQUEST)).isEqualTo('S');
            client.getOutputStream().write(HELLO);

            proxy.awaitEnding("connect-failed");
            proxy.await(now -> now.pools().get(1).backends().get(0).state().equals("down"));
            assertThat(log.count("connect failed: " + reason)).isPositive();
            assertThat(log.count("does not accept TLS")).isZero();
        }
    }

    @Test
    void backendThatDoesNotAnswerTheRequestTimesOut() throws IOException {
        try (var silent = TestServer.silent();
                var proxy = start("connect_timeout = \"300ms\"\nbackends = [\"" + silent.address() + "\"]");
                var client = proxy.connect()) {
            assertThat(answer(client, SSL_REQUEST)).isEqualTo('S');
            client.getOutputStream().write(HELLO);

            proxy.awaitEnding("connect-timeout");
        }
    }

    @Test
    void headerPrecedesTheRequest() throws IOException {
        try (var backend = TestServer.serving(socket -> {
            int next = socket.getInputStream().read();
            while (next >= 0 && next != '\n') {
                next = socket.getInputStream().read();
            }
            byte[] request = socket.getInputStream().readNBytes(SSL_REQUEST.length);
            if (request.length > 0) { // no probe
                requests.add(HexFormat.of().formatHex(request));
                socket.getOutputStream().write('S');
                TestServer.echo(socket);
            }
        }); var proxy = start("proxy_protocol = \"v1\"\nbackends = [\"" + backend.address() + "\"]");
                var client = proxy.connect()) {
            assertThat(answer(client, SSL_REQUEST)).isEqualTo('S');
            assertEchoed(client, HELLO);
            assertThat(requests).containsExactly(HexFormat.of().formatHex(SSL_REQUEST));
        }
    }
}

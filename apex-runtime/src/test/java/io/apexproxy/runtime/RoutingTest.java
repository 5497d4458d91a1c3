package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.runtime.protocol.tls.HelloBuilder;
import io.apexproxy.runtime.snapshot.RoutingView;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.LogCapture;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of routes by the first bytes of a client. */
class RoutingTest {

    private static final String ROUTES = """
            routes = [
              { server_names = ["a.example"], pool = "a" },
              { alpn = ["acme-tls/1"], pool = "b" },
              { server_names = ["refused.example"], refuse = true },
              { tls = false, from = ["127.0.0.0/8"], pool = "b" },
            ]
            """;
    private static final byte[] HELLO_OF_A = new HelloBuilder().serverName("A.Example").alpn("h2", "x\ny").record();

    @AutoClose
    private final TestServer web = TestServer.greeting("w");
    @AutoClose
    private final TestServer a = answering("a");
    @AutoClose
    private final TestServer b = answering("b");

    /** Returns a server that sends a name, and then echoes. */
    private static TestServer answering(String name) {
        return TestServer.serving(socket -> {
            TestServer.send(socket, name);
            TestServer.echo(socket);
        });
    }

    private TestProxy.Setup setup(String listener) {
        return TestProxy.threads(2).listener(listener).pool("""
                [pools.a]
                backends = ["%s"]
                [pools.b]
                backends = ["%s"]
                """.formatted(a.address(), b.address()));
    }

    private static int answer(Socket client, byte[] first) throws IOException {
        client.getOutputStream().write(first);
        return client.getInputStream().read();
    }

    private static byte[] hello(String name) {
        return new HelloBuilder().serverName(name).record();
    }

    @Test
    void serverNameDecidesAndAllBytesAreRelayed() throws IOException {
        try (var log = LogCapture.of("apex.access"); var proxy = setup(ROUTES).over(web)) {
            try (var client = proxy.connect()) {
                assertThat(answer(client, HELLO_OF_A)).isEqualTo('a');
                assertThat(client.getInputStream().readNBytes(HELLO_OF_A.length)).isEqualTo(HELLO_OF_A);
                assertThat(Bytes.ping(client)).isEqualTo('p');
            }

            proxy.awaitEnding("client-closed");
            await().atMost(TestProxy.PATIENCE).until(() -> log.lines().size() == 1);
            assertThat(log.values("sni")).containsExactly("a.example");
            assertThat(log.values("alpn")).containsExactly("h2,x\ny"); // escaped by the encoder
            assertThat(log.values("route")).containsExactly("0");
            assertThat(log.values("first_bytes_ms")).hasSize(1);
            assertThat(routing(proxy)).isEqualTo(new RoutingView(List.of("web", "a", "b"),
                    Map.of("0", 1L, "1", 0L, "2", 0L, "3", 0L, "default", 0L, "router", 0L)));
        }
    }

    private static RoutingView routing(TestProxy proxy) {
        return proxy.snapshot().listeners().get(0).routing();
    }

    @Test
    void helloArrivesInAnySegments() throws IOException {
        try (var proxy = setup(ROUTES).over(web)) {
            for (int split = 1; split < HELLO_OF_A.length; split++) {
                try (var client = proxy.connect()) {
                    client.getOutputStream().write(HELLO_OF_A, 0, split);
                    assertThat(answer(client, Arrays.copyOfRange(HELLO_OF_A, split, HELLO_OF_A.length)))
                            .isEqualTo('a');
                    assertThat(client.getInputStream().readNBytes(HELLO_OF_A.length)).isEqualTo(HELLO_OF_A);
                }
            }
        }
    }

    @Test
    void halfCloseAfterTheHelloIsRelayed() throws IOException {
        try (var proxy = setup(ROUTES).over(web); var client = proxy.connect()) {
            client.getOutputStream().write(HELLO_OF_A);
            client.shutdownOutput();

            assertThat(client.getInputStream().readAllBytes()).hasSize(1 + HELLO_OF_A.length);
            proxy.awaitEnding("client-closed");
        }
    }

    @Test
    void otherConditionsDecideWithoutAMatchingName() throws IOException {
        try (var proxy = setup(ROUTES).over(web); var acme = proxy.connect(); var plain = proxy.connect();
                var other = proxy.connect()) {
            assertThat(answer(acme, new HelloBuilder().serverName("c.example").alpn("acme-tls/1").record()))
                    .isEqualTo('b');
            assertThat(answer(plain, "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII))).isEqualTo('b');
            assertThat(answer(other, hello("c.example"))).isEqualTo('w');

            assertThat(routing(proxy).routes())
                    .isEqualTo(Map.of("0", 0L, "1", 1L, "2", 0L, "3", 1L, "default", 1L, "router", 0L));
        }
    }

    @Test
    void refusingRouteResetsTheConnection() throws IOException {
        try (var proxy = setup(ROUTES).over(web); var client = proxy.connect()) {
            client.getOutputStream().write(hello("refused.example"));

            Bytes.assertReset(client);
            proxy.awaitEnding("route-refused");
            assertThat(refused(proxy, "route-refused")).isOne();
        }
    }

    @Test
    void connectionWithoutRouteIsRefusedIfThereIsNoPool() throws IOException {
        try (var log = LogCapture.of("apex.access"); var proxy = setup(ROUTES).withoutPool().over(web);
                var client = proxy.connect()) {
            client.getOutputStream().write(hello("c.example"));

            Bytes.assertReset(client);
            proxy.awaitEnding("no-route");
            assertThat(refused(proxy, "no-route")).isOne();
            await().atMost(TestProxy.PATIENCE).until(() -> log.lines().size() == 1);
            assertThat(log.values("sni")).containsExactly("c.example");
            assertThat(log.values("route")).isEmpty();
            assertThat(proxy.snapshot().ended()).filteredOn(ended -> ended.count() > 0).singleElement()
                    .satisfies(ended -> assertThat(ended.pool()).isEmpty());
        }
    }

    @Test
    void malformedHelloIsRefusedAndNeverTakesTheDefault() throws IOException {
        byte[] malformed = HELLO_OF_A.clone();
        malformed[8]--; // the message ends before its last field
        try (var proxy = setup(ROUTES).over(web); var client = proxy.connect()) {
            client.getOutputStream().write(malformed);

            Bytes.assertReset(client);
            proxy.awaitEnding("hello");
            assertThat(refused(proxy, "hello")).isOne();
            assertThat(proxy.backend(0).connected()).isZero();
        }
    }

    @Test
    void endOfStreamInsideTheHelloIsRefused() throws IOException {
        try (var proxy = setup(ROUTES).over(web); var client = proxy.connect()) {
            client.getOutputStream().write(HELLO_OF_A, 0, HELLO_OF_A.length / 2);
            client.shutdownOutput();

            Bytes.assertReset(client);
            proxy.awaitEnding("hello");
        }
    }

    @Test
    void clientThatLeavesWithoutABytesIsNoRefusal() throws IOException {
        try (var proxy = setup(ROUTES).over(web)) {
            proxy.connect().close();

            proxy.awaitEnding("client-closed");
            assertThat(refused(proxy, "hello")).isZero();
        }
    }

    @Test
    void clientWithHalfAHelloIsCutAtTheTimeout() throws IOException {
        try (var proxy = setup("first_bytes_timeout = \"300ms\"\n" + ROUTES).over(web); var client = proxy.connect()) {
            client.getOutputStream().write(HELLO_OF_A, 0, HELLO_OF_A.length / 2);

            Bytes.assertReset(client);
            proxy.awaitEnding("first-bytes-timeout");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "routes = [{ from = [\"127.0.0.0/8\"], pool = \"web\" }]"})
    void serverSpeaksFirstWhereNoRouteNeedsTheHello(String routes) throws IOException {
        try (var proxy = setup(routes).over(web); var client = proxy.connect()) {
            assertThat(client.getInputStream().read()).isEqualTo('w');
        }
    }

    @Test
    void headerAndHelloTogetherDecide() throws IOException {
        try (var proxy = setup("""
                proxy_protocol = { from = ["127.0.0.0/8"] }
                routes = [{ server_names = ["a.example"], from = ["192.0.2.0/24"], pool = "a" }]
                """).over(web); var matching = proxy.connect(); var other = proxy.connect()) {
            byte[] header = "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n".getBytes(StandardCharsets.US_ASCII);
            matching.getOutputStream().write(header);
            assertThat(answer(matching, HELLO_OF_A)).isEqualTo('a');

            other.getOutputStream().write("PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(answer(other, HELLO_OF_A)).isEqualTo('w');
        }
    }

    private static long refused(TestProxy proxy, String cause) {
        return proxy.snapshot().listeners().get(0).access().refused().get(cause);
    }
}

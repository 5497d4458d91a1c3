package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of routes by the ClientHello of OpenSSL and curl. The certificate of a server has the name of its pool. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerNameRoutesIT {

    /** Together more than a record of TLS contains, which is 16 KiB. Apex accepts at most 128 protocols. */
    private static final int PROTOCOLS = 100;
    private static final String LONG_PROTOCOL = "p".repeat(200);
    /** The names of the servers by their pools. */
    private static final Map<String, String> SERVERS =
            Map.of("a", "a.example", TlsServers.HTTP2, "a.example", "b", "*.b.example", "fallback", "fallback.example");

    private final Map<String, Integer> ports = new HashMap<>();
    private Path directory;
    private CurlClient curl;
    private TlsClient openssl;
    private TlsServers servers;
    private ApexProcess apex;
    private Admin admin;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        curl = new CurlClient(directory);
        openssl = new TlsClient(Program.named("openssl", "openssl"), directory);
        servers = TlsServers.started(directory, SERVERS);
        apex = Distribution.copiedTo(directory).configure(config()).start();
        apex.port();
        admin = Admin.of(apex);
    }

    @AfterAll
    @SuppressWarnings("try") // the variables only close
    void stop() {
        try (var first = servers; var last = apex) {
            if (apex != null) {
                assertThat(admin.backendsUp()).hasSize(SERVERS.size() + 1).doesNotContain(false);
                assertThat(apex.terminate()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"a.example, a, 1", "A.EXAMPLE, a, 1", "x.b.example, b, 2", "y.x.b.example, b, 2",
        "b.example, fallback, default", "other.example, fallback, default"})
    void serverNameSelectsTheServer(String name, String server, String route) {
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            String counter = "apex_route_connections_total{listener=\"web\",route=\"" + route + "\"}";
            double before = admin.metrics().get(counter);

            TlsClient.Answer answer = openssl.connect(port("web"), version, "-servername", name);

            assertThat(answer.organization()).isEqualTo(server);
            // the cause depends on whether the last message of TLS reaches a server that has closed
            assertThat(logLine(answer.client())).contains(" listener=web sni="
                    + name.toLowerCase(Locale.ROOT) + " route=" + route + " backend=" + server + " ");
            assertThat(admin.metrics().get(counter)).isEqualTo(before + 1);
        }
    }

    @Test
    void clientWithoutNameReachesThePoolOfTheListener() {
        TlsClient.Answer answer = openssl.connect(port("web"), "-noservername");

        assertThat(answer.organization()).isEqualTo("fallback");
        assertThat(logLine(answer.client())).contains(" listener=web route=default backend=fallback ");
    }

    @ParameterizedTest
    @CsvSource({"strict, -noservername, no-route, ''", "strict, -servername=b.example, no-route, 'sni=b.example '",
        "web, -servername=refused.example, route-refused, 'sni=refused.example route=3 '"})
    void clientIsRefused(String listener, String name, String cause, String fields) {
        String counter = "apex_listener_refused_total{cause=\"" + cause + "\",listener=\"" + listener + "\"}";
        double before = admin.metrics().get(counter);

        TlsClient.Answer answer = openssl.tryToConnect("127.0.0.1", port(listener), name.split("="));

        assertThat(answer.output()).contains("no peer certificate available");
        assertThat(logLine(answer.client()))
                .contains(" " + cause + " client=", " listener=" + listener + " " + fields + "backend=- ");
        assertThat(admin.metrics().get(counter)).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @CsvSource({"strict, 160301000102, hello", "hasty, '', first-bytes-timeout"})
    void clientWithoutCompleteHelloIsRefused(String listener, String sent, String cause) throws IOException {
        try (var client = new Socket(InetAddress.getLoopbackAddress(), port(listener))) {
            client.getOutputStream().write(HexFormat.of().parseHex(sent));

            assertThat(logLine("127.0.0.1:" + client.getLocalPort())).contains(" " + cause + " client=", " backend=- ");
        }
    }

    @ParameterizedTest
    @CsvSource({"h2, h2, 0", "'http/1.1,h2', h2, 0", "http/1.1, a, 1"})
    void offeredProtocolSelectsTheServer(String protocols, String server, String route) {
        TlsClient.Answer answer = openssl.connect(port("web"), "-servername", "a.example", "-alpn", protocols);

        assertThat(answer.organization()).isEqualTo(server);
        assertThat(logLine(answer.client())).contains(" sni=a.example alpn=" + protocols + " route=" + route + " ");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.2, a, 5", "127.0.0.1, fallback, default"})
    void addressOfTheClientSelectsTheServer(String address, String server, String route) {
        TlsClient.Answer answer = openssl.connectFrom(address, port("web"), "-servername", "from.example");

        assertThat(answer.organization()).isEqualTo(server);
        assertThat(logLine(answer.client())).contains(" sni=from.example route=" + route + " ");
    }

    @Test
    void helloOfSeveralRecordsIsReadToItsEnd() {
        String protocols = IntStream.range(0, PROTOCOLS).mapToObj(index -> LONG_PROTOCOL + index)
                .collect(Collectors.joining(",", "", ",h2"));

        TlsClient.Answer answer = openssl.connect(port("web"), "-servername", "a.example", "-alpn", protocols,
                "-groups", "X25519:P-256:P-384:P-521:X448:ffdhe2048:ffdhe3072:ffdhe4096:ffdhe6144:ffdhe8192",
                "-sigalgs", "ed25519:ed448:ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:RSA-PSS+SHA256:RSA+SHA256");

        assertThat(answer.organization()).isEqualTo("h2");
        assertThat(logLine(answer.client())).contains(" sni=a.example alpn=" + LONG_PROTOCOL + "0,", " route=0 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void sessionIsResumed(String version) {
        String file = directory.resolve("session" + version).toString();
        assertThat(openssl.connect(port("web"), version, "-servername", "a.example", "-sess_out", file).output())
                .contains("New, TLSv1");

        TlsClient.Answer answer = openssl.connect(port("web"), version, "-servername", "a.example", "-sess_in", file);

        assertThat(answer.output()).contains("Reused, TLSv1");
        assertThat(logLine(answer.client())).contains(" sni=a.example route=1 ");
    }

    @Test
    void earlyDataFollowsTheHello() {
        String file = directory.resolve("session").toString();
        openssl.connect(port("web"), "-servername", "a.example", "-sess_out", file);

        TlsClient.Answer answer = openssl.connect(port("web"), "-servername", "a.example", "-sess_in", file,
                "-early_data", openssl.request().toString());

        assertThat(answer.output()).contains("Early data was accepted", "HTTP/1.1 200 OK");
    }

    @ParameterizedTest
    @CsvSource({"--http1.1, a, 1.1", "--http2, h2, 2"})
    void bodiesAreUnchangedOnAConnectionWithKeepAlive(String option, String server, String version)
            throws IOException {
        byte[] body = new byte[100 * 1024];
        new Random(1).nextBytes(body);
        Path sent = Files.write(directory.resolve("sent"), body);
        List<Path> received = List.of(directory.resolve("first"), directory.resolve("second"));
        String address = "a.example:" + port("web");
        String url = "https://" + address + "/echo";

        String printed = curl.run(option, "--cacert", servers.certificate(server).toString(), "--resolve",
                address + ":127.0.0.1", "--data-binary", "@" + sent, "--write-out", "%{http_version} %{num_connects}\n",
                "--output", received.get(0).toString(), "--output", received.get(1).toString(), url, url);

        assertThat(printed.lines()).containsExactly(version + " 1", version + " 0");
        assertThat(received).allSatisfy(file -> assertThat(file).hasBinaryContent(body));
    }

    @Test
    void clientWithoutTlsHasARouteOfItsOwn() {
        CurlClient.Answer answer = curl.fetch("http://127.0.0.1:" + port("web"));

        assertThat(answer.body()).isEqualTo(servers.plain());
        assertThat(logLine(answer.client())).contains(" listener=web route=4 backend=plain ");
    }

    private int port(String name) {
        return ports.computeIfAbsent(name, each -> FreePorts.next());
    }

    private String logLine(String client) {
        return apex.awaitLine("client=" + client + " ");
    }

    private String config() {
        return """
                admin = { listen_addr = "127.0.0.1:0" }
                [listeners.web]
                listen_addr = "127.0.0.1:%d"
                pool = "fallback"
                routes = [
                    { server_names = ["a.example"], alpn = ["h2"], pool = "h2" },
                    { server_names = ["a.example"], pool = "a" },
                    { server_names = ["*.b.example"], pool = "b" },
                    { server_names = ["refused.example"], refuse = true },
                    { tls = false, pool = "plain" },
                    { server_names = ["from.example"], from = ["127.0.0.2"], pool = "a" },
                ]
                [listeners.strict]
                listen_addr = "127.0.0.1:%d"
                routes = [{ server_names = ["a.example"], pool = "a" }]
                [listeners.hasty]
                listen_addr = "127.0.0.1:%d"
                routes = [{ tls = false, pool = "plain" }]
                first_bytes_timeout = "100ms"
                """.formatted(port("web"), port("strict"), port("hasty")) + servers.pools();
    }
}

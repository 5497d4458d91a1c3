package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the PROXY protocol with HAProxy and nginx, in front of Apex and behind it, and with a second Apex. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyProtocolIT {

    private static final String GREETING = "220 ready";
    /** More than {@code fall}, so that failing probes would have taken the backend down. */
    private static final double PROBES = 6;
    /** The dynamic module of Debian, whose nginx has no stream module of its own. */
    private static final Path STREAM_MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");
    private static final String HEADER_EXPECTED = "proxy_protocol = { from = [\"127.0.0.1\"] }";

    /** Ports of 127.0.0.1 by the name of their listener. */
    private final Map<String, Integer> ports = new HashMap<>();
    private Path directory;
    private CurlClient curl;
    private HttpBackend web;
    private TestServer greeter;
    private ServerProcess haproxy;
    private ServerProcess nginx;
    private ApexProcess second;
    private ApexProcess first;
    private Admin admin;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        curl = new CurlClient(directory);
        assumeThat(STREAM_MODULE).as("the stream module of nginx (Debian: apt-get install libnginx-mod-stream)")
                .exists();
        web = HttpBackend.started();
        greeter = TestServer.greeting(GREETING);
        haproxy = ProxyServers.haproxy(directory, port("from-haproxy-v1"), haproxyConfig());
        nginx = ProxyServers.nginx(directory, port("nginx"), nginxStream(), nginxHttp());
        second = Distribution.copiedTo(directory.resolve("second"))
                .configure(relay("second", HEADER_EXPECTED, address("nginx"), "v2")).start();
        second.port();
        first = Distribution.copiedTo(directory.resolve("first")).configure(firstConfig()).start();
        first.port();
        admin = Admin.of(first);
    }

    @AfterAll
    @SuppressWarnings("try") // the variables only close
    void stop() {
        try (var a = web; var b = greeter; var c = haproxy; var d = nginx; var e = second; var f = first) {
            Stream.of(first, second).filter(Objects::nonNull).forEach(apex -> {
                assertThat(apex.terminate()).isEmpty();
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"from-haproxy-v1", "from-haproxy-v2"})
    void logHasTheClientAndThePeerThatHaproxyHasSeen(String frontend) {
        CurlClient.Answer answer = fetch(frontend);
        assertThat(answer.body()).isEqualTo(web.address());
        assertThat(first.awaitLine("client=" + answer.client() + " peer="))
                .contains(" client-closed " + awaitHaproxyLine(answer.client()) + " listener=web ");
    }

    @Test
    void logHasTheClientAndThePeerThatNginxHasSeen() {
        CurlClient.Answer answer = fetch("from-nginx");
        assertThat(answer.body()).isEqualTo(web.address());
        assertThat(first.awaitLine("client=" + answer.client() + " peer="))
                .contains(" client-closed client=" + answer.client() + " peer=" + address("nginx-peer") + " ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"to-nginx-v1", "to-nginx-v2", "to-haproxy-v1", "to-haproxy-v2"})
    void backendReceivesTheAddressOfTheClient(String listener) {
        CurlClient.Answer answer = fetch(listener);
        assertThat(answer.body()).isEqualTo(answer.client());
    }

    @ParameterizedTest
    @ValueSource(strings = {"to-nginx-v1", "to-nginx-v2", "to-haproxy-v1", "to-haproxy-v2", "to-second"})
    void probesWithHeaderAreValidForTheBackend(String pool) throws IOException {
        String labels = "{backend=\"backend\",pool=\"" + pool + "\"";
        await().atMost(ApexProcess.PATIENCE)
                .until(() -> admin.metrics().get("apex_health_probe_seconds_count" + labels + "}") >= PROBES);

        assertThat(admin.metrics()).containsEntry("apex_backend_state" + labels + ",state=\"up\"}", 1.0);
        assertThat(directory.resolve("error.log")).content().doesNotContain("broken header");
        assertThat(haproxy.output()).doesNotContain("PROXY protocol header");
        assertThat(second.output()).noneMatch(line -> line.contains(" proxy-header "));
    }

    @Test
    void addressOfTheClientSurvivesTwoProxies() {
        CurlClient.Answer answer = fetch("to-second");
        assertThat(answer.body()).isEqualTo(answer.client());
        assertThat(second.awaitLine("client=" + answer.client() + " peer="))
                .contains(" client-closed ", " peer=127.0.0.1:").doesNotContain(" peer=" + answer.client() + " ");
    }

    @Test
    void serverCanSpeakFirstBehindHaproxy() throws IOException {
        String address;
        try (var client = new Socket(InetAddress.getLoopbackAddress(), port("greeting-from-haproxy"))) {
            client.setSoTimeout((int) ApexProcess.PATIENCE.toMillis());
            address = "127.0.0.1:" + client.getLocalPort();
            assertThat(client.getInputStream().readNBytes(GREETING.length())).asString().isEqualTo(GREETING);
        }
        assertThat(first.awaitLine("client=" + address + " "))
                .contains(awaitHaproxyLine(address) + " listener=greeting ");
    }

    private int port(String name) {
        return ports.computeIfAbsent(name, each -> FreePorts.next());
    }

    private String address(String name) {
        return "127.0.0.1:" + port(name);
    }

    private CurlClient.Answer fetch(String name) {
        return curl.fetch("http://" + address(name) + "/");
    }

    /** Waits until HAProxy has logged the end of a connection; returns the fields with the client and with itself. */
    private String awaitHaproxyLine(String client) {
        String start = "client=" + client + " ";
        return await().atMost(ApexProcess.PATIENCE).until(() -> haproxy.output().lines()
                .filter(line -> line.startsWith(start)).findFirst().orElse(null), line -> line != null);
    }

    private String firstConfig() {
        return "admin = { listen_addr = \"127.0.0.1:0\" }\n"
                + relay("web", HEADER_EXPECTED, web.address(), "off")
                + relay("greeting", HEADER_EXPECTED, greeter.address(), "off")
                + relay("to-nginx-v1", "", address("nginx"), "v1")
                + relay("to-nginx-v2", "", address("nginx"), "v2")
                + relay("to-haproxy-v1", "", address("haproxy"), "v1")
                + relay("to-haproxy-v2", "", address("haproxy"), "v2")
                + relay("to-second", "", address("second"), "v2");
    }

    private String relay(String name, String expected, String backend, String sent) {
        return """
                [listeners.%1$s]
                listen_addr = "%2$s"
                pool = "%1$s"
                %3$s
                [pools.%1$s]
                backends = [{ address = "%4$s", name = "backend" }]
                proxy_protocol = "%5$s"
                health_check = { provider = "tcp", interval = "200ms" }
                """.formatted(name, address(name), expected, backend, sent);
    }

    private String haproxyConfig() {
        return """
                global
                    log stdout format raw local0
                defaults
                    log global
                    log-format "client=%%ci:%%cp peer=%%bi:%%bp"
                    timeout connect 30s
                    timeout client 30s
                    timeout server 30s
                listen from-haproxy-v1
                    bind %1$s
                    server apex %2$s send-proxy
                listen from-haproxy-v2
                    bind %3$s
                    server apex %2$s send-proxy-v2
                listen greeting-from-haproxy
                    bind %4$s
                    server apex %5$s send-proxy-v2
                frontend haproxy
                    mode http
                    bind %6$s accept-proxy
                    http-request return status 200 content-type text/plain lf-string "%%[src]:%%[src_port]"
                """.formatted(address("from-haproxy-v1"), address("web"), address("from-haproxy-v2"),
                address("greeting-from-haproxy"), address("greeting"), address("haproxy"));
    }

    /** Returns a configuration whose connections to Apex have a known port, so only one connection is possible. */
    private String nginxStream() {
        return """
                load_module %s;
                stream {
                    server {
                        listen %s;
                        proxy_bind %s;
                        proxy_protocol on; proxy_pass %s;
                    }
                }
                """.formatted(STREAM_MODULE, address("from-nginx"), address("nginx-peer"), address("web"));
    }

    private String nginxHttp() {
        return """
                server {
                    listen %s proxy_protocol; return 200 $proxy_protocol_addr:$proxy_protocol_port;
                }
                """.formatted(address("nginx"));
    }
}

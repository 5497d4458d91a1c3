package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
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

/** Tests of routes by the server name together with the PROXY protocol, with HAProxy and nginx. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerNameProxyIT {

    /** Ports of 127.0.0.1 by the name of their listener. */
    private final Map<String, Integer> ports = new HashMap<>();
    private Path directory;
    private CurlClient curl;
    private TlsClient openssl;
    private Certificate certificate;
    private ServerProcess haproxy;
    private ServerProcess nginx;
    private ApexProcess apex;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        curl = new CurlClient(directory);
        Program opensslProgram = Program.named("openssl", "openssl");
        openssl = new TlsClient(opensslProgram, directory);
        certificate = Certificate.created(opensslProgram, directory, "server", "*.apex.example");
        haproxy = ProxyServers.haproxy(directory, port("from-haproxy-v1"), haproxyConfig());
        nginx = ProxyServers.nginx(directory, port("nginx-ready"), "", nginxConfig());
        apex = Distribution.copiedTo(directory).configure(apexConfig()).start();
        apex.port();
    }

    @AfterAll
    @SuppressWarnings("try") // the variables only close
    void stop() throws IOException {
        try (var a = haproxy; var b = nginx; var c = apex) {
            if (apex != null) {
                assertThat(apex.terminate()).isEmpty();
                assertThat(directory.resolve("error.log")).content().doesNotContain("broken header");
                assertThat(haproxy.output()).doesNotContain("PROXY protocol header");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"haproxy.apex.example, to-haproxy, 0", "nginx.apex.example, to-nginx, 1"})
    void backendReceivesTheAddressOfTheClient(String name, String pool, String route) {
        CurlClient.Answer answer = fetch("direct", name);

        assertThat(answer.body()).startsWith(answer.client());
        assertThat(apex.awaitLine("client=" + answer.client() + " "))
                .contains(" listener=direct sni=" + name + " alpn=", " route=" + route + " backend=" + pool + " ");
    }

    @Test
    void backendReceivesTheServerName() {
        assertThat(fetch("direct", "haproxy.apex.example").body()).endsWith(" name=haproxy.apex.example");
    }

    @Test
    void backendReceivesNoNameOfAClientWithoutName() {
        assertThat(openssl.connect(port("direct"), "-noservername").output()).contains(" name=-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"from-haproxy-v1", "from-haproxy-v2"})
    void helloFollowsTheHeaderOfAProxy(String frontend) {
        CurlClient.Answer answer = fetch(frontend, "nginx.apex.example");

        assertThat(answer.body()).isEqualTo(answer.client());
        assertThat(apex.awaitLine("client=" + answer.client() + " "))
                .contains(" peer=127.0.0.1:", " listener=behind sni=nginx.apex.example alpn=",
                        " route=1 backend=to-nginx ")
                .doesNotContain(" peer=" + answer.client() + " ");
    }

    @Test
    void addressInTheHeaderSelectsTheServer() {
        TlsClient.Answer answer = openssl.connectFrom("127.0.0.2", port("from-haproxy-v2"), "-noservername");

        assertThat(answer.output()).contains("\n" + answer.client());
        assertThat(apex.awaitLine("client=" + answer.client() + " ")).contains(" route=0 backend=to-nginx ");
    }

    private int port(String name) {
        return ports.computeIfAbsent(name, each -> FreePorts.next());
    }

    private String address(String name) {
        return "127.0.0.1:" + port(name);
    }

    private CurlClient.Answer fetch(String listener, String name) {
        String server = name + ":" + port(listener);
        return curl.fetch("--cacert", certificate.file().toString(), "--resolve", server + ":127.0.0.1",
                "https://" + server + "/");
    }

    private String apexConfig() {
        return """
                [listeners.direct]
                listen_addr = "%s"
                routes = [
                    { server_names = ["haproxy.apex.example"], pool = "to-haproxy" },
                    { server_names = ["nginx.apex.example"], pool = "to-nginx" },
                    { tls = true, pool = "to-haproxy" },
                ]
                [listeners.behind]
                listen_addr = "%s"
                proxy_protocol = { from = ["127.0.0.1"] }
                routes = [
                    { from = ["127.0.0.2"], tls = true, pool = "to-nginx" },
                    { server_names = ["nginx.apex.example"], pool = "to-nginx" },
                ]
                """.formatted(address("direct"), address("behind")) + pool("to-haproxy") + pool("to-nginx");
    }

    private String pool(String name) {
        return """
                [pools.%1$s]
                backends = [{ address = "%2$s", name = "%1$s" }]
                proxy_protocol = "v2"
                health_check = { provider = "tcp", interval = "200ms" }
                """.formatted(name, address(name));
    }

    private String haproxyConfig() {
        return """
                global
                    log stdout format raw local0
                defaults
                    log global
                    timeout connect 30s
                    timeout client 30s
                    timeout server 30s
                listen from-haproxy-v1
                    mode tcp
                    bind %1$s
                    server apex %3$s send-proxy
                listen from-haproxy-v2
                    mode tcp
                    bind %2$s
                    server apex %3$s send-proxy-v2
                frontend to-haproxy
                    mode http
                    bind %4$s accept-proxy ssl crt %5$s
                    http-request return status 200 content-type text/plain lf-string "%6$s"
                """.formatted(address("from-haproxy-v1"), address("from-haproxy-v2"), address("behind"),
                address("to-haproxy"), certificate.file(), "%[src]:%[src_port] name=%[fc_pp_authority]");
    }

    private String nginxConfig() {
        return """
                server {
                    listen %1$s ssl proxy_protocol;
                    listen %3$s;
                    ssl_certificate %2$s; ssl_certificate_key %2$s;
                    return 200 $proxy_protocol_addr:$proxy_protocol_port;
                }
                """.formatted(address("to-nginx"), certificate.file(), address("nginx-ready"));
    }
}

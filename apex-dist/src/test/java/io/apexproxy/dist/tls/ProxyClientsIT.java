package io.apexproxy.dist.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.client.ProxyServers;
import io.apexproxy.dist.client.ServerProcess;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of nginx and HAProxy that are clients of a listener with TLS, which they verify. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyClientsIT {

    private static final String NAME = "app.example";

    private final Map<String, Integer> ports = new HashMap<>();
    private final HttpBackend backend = HttpBackend.started();
    private Authority authority;
    private KeyPairFiles own;
    private ServerProcess nginx;
    private ServerProcess haproxy;
    private ApexProcess apex;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        authority = Authority.created(directory, "authority", Authority.EC);
        own = authority.issue("own", "proxy.example");
        nginx = ProxyServers.nginx(directory, port("nginx"), "", nginxConfig());
        haproxy = ProxyServers.haproxy(directory, port("haproxy"), haproxyConfig());
        apex = Distribution.copiedTo(directory).configure("""
                [listeners.web]
                listen_addr = "127.0.0.1:%d"
                pool = "web"
                [listeners.web.tls]
                certificates = [{ %s }, { %s }]
                client_ca_file = "%s"
                [pools.web]
                backends = ["%s"]
                """.formatted(port("apex"), authority.issue("first", "other.example").toml(),
                authority.issue("app", NAME).toml(), authority.file(), backend.address())).start();
        apex.port();
    }

    @AfterAll
    @SuppressWarnings("try") // the variables only close
    void stop() {
        try (var a = nginx; var b = haproxy; var c = backend; var d = apex) {
            if (apex != null) {
                assertThat(apex.terminate()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nginx", "haproxy"})
    void proxyVerifiesTheCertificateAndResumesItsSession(String proxy) {
        for (int each = 0; each < 5; each++) {
            assertThat(Http.get(port(proxy))).contains(backend.address());
        }

        assertThat(apex.awaitLine(" sni=" + NAME + " tls=")).contains(" tls=TLSv1.3 client_cert=",
                "CN=proxy.example", " backend=" + backend.address() + " ");
    }

    private int port(String name) {
        return ports.computeIfAbsent(name, each -> FreePorts.next());
    }

    private String nginxConfig() {
        return """
                server {
                    listen 127.0.0.1:%d;
                    location / {
                        proxy_pass https://127.0.0.1:%d; proxy_ssl_protocols TLSv1.2 TLSv1.3;
                        proxy_ssl_verify on; proxy_ssl_trusted_certificate "%s";
                        proxy_ssl_server_name on; proxy_ssl_name %s;
                        proxy_ssl_certificate "%s"; proxy_ssl_certificate_key "%s";
                    }
                }
                """.formatted(port("nginx"), port("apex"), authority.file(), NAME, own.certificate(), own.key());
    }

    private String haproxyConfig() {
        return """
                defaults
                    timeout connect 30s
                    timeout client 30s
                    timeout server 30s
                listen haproxy
                    mode tcp
                    bind 127.0.0.1:%d
                    server apex 127.0.0.1:%d ssl crt %s ca-file %s verify required sni str(%s) verifyhost %s
                """.formatted(port("haproxy"), port("apex"), own.combined(), authority.file(), NAME, NAME);
    }
}

package io.apexproxy.dist.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.client.ProxyServers;
import io.apexproxy.dist.client.ServerProcess;
import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of pools with TLS, whose backends are nginx and HAProxy. Each pool has a listener with its name. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackendTlsIT {

    private static final String NAME = "app.example";
    private static final String UNVERIFIED = "pools.unverified.tls.verify: false: the certificates of backends";

    /** Ports of 127.0.0.1 by the name of their listener or server. */
    private final Map<String, Integer> ports = new HashMap<>();
    private Path directory;
    private Authority authority;
    private Authority stranger;
    private ServerProcess nginx;
    private ServerProcess haproxy;
    private ApexProcess apex;
    private Admin admin;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        authority = Authority.created(directory, "authority", Authority.EC);
        stranger = Authority.created(directory, "stranger", Authority.RSA);
        nginx = ProxyServers.nginx(directory, port("nginx"), "", nginxConfig());
        haproxy = ProxyServers.haproxy(directory, port("haproxy"), haproxyConfig());
        apex = Distribution.copiedTo(directory).configure(apexConfig()).start();
        apex.port();
        admin = Admin.of(apex);
    }

    @AfterAll
    @SuppressWarnings("try") // the variables only close
    void stop() {
        try (var a = nginx; var b = haproxy; var c = apex) {
            if (apex != null) {
                assertThat(apex.terminate()).allMatch(
                        line -> line.contains(UNVERIFIED) || line.contains("TLS handshake failed: "));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"named, app.example TLSv1.3 -", "old, app.example TLSv1.2 -",
        "mutual, 'app.example TLSv1.3 CN=apex.example,O=apex'", "host, localhost TLSv1.3 -"})
    void backendReceivesTheNameAndTheCertificate(String pool, String answer) {
        for (int each = 0; each < 3; each++) { // the later ones resume the session of the first
            assertThat(Http.get(port(pool))).contains(answer);
        }

        assertThat(apex.awaitLine(" listener=" + pool + " ")).contains(" attempts=1").doesNotContain(" tls=");
    }

    @Test
    void nextBackendIsUsedIfTheCertificateOfOneIsNotValid() {
        for (int each = 0; each < 8; each++) {
            assertThat(Http.get(port("failover"))).contains("app.example TLSv1.3 -");
        }

        await().atMost(ApexProcess.PATIENCE).until(() -> apex.output().stream().anyMatch(
                line -> line.contains(" listener=failover backend=valid ") && line.endsWith(" attempts=3")));
    }

    @ParameterizedTest
    @CsvSource({"other-name, No subject alternative DNS name matching app.example",
        "untrusted, unable to find valid certification path", "expired, NotAfter", "too-old, protocol_version"})
    void backendWithAnInvalidCertificateIsNotUsed(String pool, String reason) {
        assertThat(Http.get(port(pool))).isEmpty();

        assertThat(apex.awaitLine(" listener=" + pool + " ")).contains(" backend-tls-failed client=", " backend="
                + pool + " ").endsWith(" attempts=1");
        await().atMost(ApexProcess.PATIENCE).until(() -> {
            Http.get(port(pool)); // the third failure takes the backend out
            return apex.output().stream().anyMatch(line -> line.contains("TLS handshake failed: ")
                    && line.contains(reason) && line.contains(pool) && line.contains(" WARN "));
        });
    }

    @Test
    void unverifiedBackendIsUsedWithAWarning() {
        assertThat(Http.get(port("unverified"))).contains("app.example TLSv1.3 -");

        assertThat(apex.output()).filteredOn(line -> line.contains(UNVERIFIED)).hasSize(1)
                .allMatch(line -> line.contains(" WARN "));
        assertThat(admin.metrics()).containsEntry("apex_pool_tls_unverified{pool=\"unverified\"}", 1.0)
                .doesNotContainKey("apex_pool_tls_unverified{pool=\"named\"}");
    }

    @Test
    void backendThatRequiresACertificateRejectsAPoolWithoutOne() {
        assertThat(Http.get(port("anonymous")).orElseThrow()).contains("No required SSL certificate was sent");
    }

    private int port(String name) {
        return ports.computeIfAbsent(name, each -> FreePorts.next());
    }

    private String apexConfig() {
        String trusted = "ca_file = \"" + authority.file() + "\"";
        String named = trusted + ", server_name = \"" + NAME + "\"";
        return Stream.of("admin = { listen_addr = \"127.0.0.1:0\" }\n",
                pool("named", named, "nginx"), pool("old", named, "old"),
                pool("mutual", named + ", " + authority.issue("apex", "apex.example").toml(), "mutual"),
                pool("anonymous", named, "mutual"), pool("failover", named, "other-name", "untrusted", "valid"),
                pool("other-name", named, "other-name"), pool("untrusted", named, "untrusted"),
                pool("expired", named, "expired"), pool("too-old", named + ", min_version = \"1.3\"", "too-old"),
                pool("unverified", "verify = false, server_name = \"" + NAME + "\"", "untrusted"),
                pool("host", trusted, "haproxy").replace("address = \"127.0.0.1:", "address = \"localhost:"))
                .collect(Collectors.joining());
    }

    private String pool(String name, String tls, String... servers) {
        return """
                [listeners.%1$s]
                listen_addr = "127.0.0.1:%2$d"
                pool = "%1$s"
                [pools.%1$s]
                backends = [%3$s]
                connect_timeout = "20s"
                health_check = { provider = "tcp", tls = "off" } # so that connections of clients find the failure
                tls = { %4$s }
                """.formatted(name, port(name), Stream.of(servers).map(server -> "{ address = \"127.0.0.1:"
                + port("server " + server) + "\", name = \"" + server + "\" }")
                .collect(Collectors.joining(", ")), tls);
    }

    private String nginxConfig() {
        Instant past = Instant.now().minus(2, ChronoUnit.DAYS);
        KeyPairFiles valid = authority.issue("valid", NAME);
        String versions = "ssl_protocols TLSv1.2;";
        String servers = Stream.of(server("nginx", valid, ""), server("valid", valid, ""),
                server("old", valid, versions), server("too-old", valid, versions),
                server("other-name", authority.issue("other-name", "other.example"), ""),
                server("untrusted", stranger.issue("untrusted", NAME), ""),
                server("expired", authority.issue("expired", NAME, past, past.plus(1, ChronoUnit.DAYS)), ""),
                server("mutual", valid, "ssl_verify_client on; ssl_client_certificate " + authority.file() + ";"))
                .collect(Collectors.joining());
        return """
                ssl_protocols TLSv1.2 TLSv1.3;
                map $ssl_client_s_dn $client { '' -; default $ssl_client_s_dn; }
                server { listen 127.0.0.1:%d; }
                %s
                """.formatted(port("nginx"), servers);
    }

    private String server(String name, KeyPairFiles certificate, String settings) {
        return """
                server {
                    listen 127.0.0.1:%d ssl; ssl_certificate %s; ssl_certificate_key %s; %s
                    location / { return 200 "$ssl_server_name $ssl_protocol $client"; }
                }
                """.formatted(port("server " + name), certificate.certificate(), certificate.key(), settings);
    }

    private String haproxyConfig() {
        return """
                defaults
                    timeout connect 30s
                    timeout client 30s
                    timeout server 30s
                frontend haproxy
                    mode http
                    bind 127.0.0.1:%d
                    bind 127.0.0.1:%d ssl crt %s
                    http-request return status 200 content-type text/plain lf-string "%s"
                """.formatted(port("haproxy"), port("server haproxy"),
                authority.issue("haproxy", "localhost").combined(), "%[ssl_fc_sni] %[ssl_fc_protocol] -");
    }
}

package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests of health checks of pools with TLS, whose backends are servers of nginx. */
@DisabledOnOs(OS.WINDOWS)
class TlsProbeIT {

    private static final String SERVER = "a";
    private static final String TCP = "provider = \"tcp\"";
    private static final String HTTP = "provider = \"http\"";

    @TempDir
    private Path directory;
    private TlsServers servers;
    private Distribution distribution;
    private int admin;
    private int web;

    @BeforeEach
    void start() throws IOException {
        servers = TlsServers.started(directory, Map.of(SERVER, "a.example"));
        distribution = Distribution.copiedTo(directory);
        admin = FreePorts.next();
        web = FreePorts.next();
    }

    @AfterEach
    void stop() {
        if (servers != null) {
            servers.close();
        }
    }

    /** Returns a configuration. Its listener is needed by a complete one; no client connects. */
    private String config(String tls, String healthCheck) {
        return """
                [admin]
                listen_addr = "127.0.0.1:%d"
                [listeners.web]
                listen_addr = "127.0.0.1:%d"
                pool = "web"
                [pools.web]
                backends = ["%s"]
                [pools.web.tls]
                %s
                [pools.web.health_check]
                interval = "200ms"
                fall = 1
                %s
                """.formatted(admin, web, servers.address(SERVER), tls, healthCheck);
    }

    private String trusted(String serverName) {
        return "ca_file = \"%s\"\nserver_name = \"%s\"".formatted(servers.certificate(SERVER), serverName);
    }

    private void awaitState(ApexProcess apex, boolean isUp) {
        await().atMost(ApexProcess.PATIENCE)
                .untilAsserted(() -> assertThat(Admin.of(apex).backendsUp()).containsExactly(isUp));
    }

    @Test
    void tcpAndHttpProbesUseTheTlsOfThePool() throws IOException {
        Path http = Path.of("apex-health-http.jar");
        Files.copy(distribution.home().resolve("contrib").resolve(http),
                distribution.home().resolve("plugins").resolve(http));
        distribution.configure(config(trusted("a.example"), TCP));
        try (ApexProcess apex = distribution.start()) {
            apex.awaitLine(" => alive: true");
            awaitState(apex, true);

            distribution.configure(config(trusted("a.example"), HTTP + "\nbody = \"" + SERVER + "\""));
            apex.awaitLine("Configuration changed: ");
            distribution.configure(config(trusted("a.example"), HTTP + "\ntls = \"off\""));

            // nginx answers a request without TLS
            assertThat(apex.awaitLine(" => alive: false ")).contains("status 400");
            assertThat(apex.output()).noneMatch(line -> line.contains("handshake failed"));
        }
    }

    @Test
    void backendWithAnotherNameIsDownAndTheLogHasTheReason() {
        distribution.configure(config(trusted("b.example"), TCP));
        try (ApexProcess apex = distribution.start()) {
            assertThat(apex.awaitLine(" => alive: false "))
                    .containsPattern("(?i)\\(TLS handshake failed: (\\(certificate_unknown\\) )?" // by Java 25
                            + "no subject alternative DNS name matching b\\.example");
            awaitState(apex, false);

            distribution.configure(config(trusted("b.example"), TCP + "\ntls = \"off\""));

            awaitState(apex, true);
        }
    }

    @Test
    void backendWithoutTrustedCertificateIsDown() {
        distribution.configure(config("server_name = \"a.example\"", TCP));
        try (ApexProcess apex = distribution.start()) {
            assertThat(apex.awaitLine(" => alive: false ")).contains(
                    "(TLS handshake failed: the certificate is not trusted (unable to find valid certification path");

            distribution.configure(config("verify = false", TCP));

            awaitState(apex, true);
        }
    }
}

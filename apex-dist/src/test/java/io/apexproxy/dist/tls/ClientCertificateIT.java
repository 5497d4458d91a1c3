package io.apexproxy.dist.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.client.Program;
import io.apexproxy.dist.client.TlsClient;
import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
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

/** Tests of listeners that request certificates of clients, with OpenSSL. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientCertificateIT {

    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<String, KeyPairFiles> certificates = new HashMap<>();
    private final HttpBackend backend = HttpBackend.started();
    private TlsClient openssl;
    private ApexProcess apex;
    private Admin admin;

    @BeforeAll
    void start(@TempDir Path directory) {
        openssl = new TlsClient(Program.named("openssl", "openssl"), directory);
        Authority authority = Authority.created(directory, "authority", Authority.EC);
        Authority stranger = Authority.created(directory, "stranger", Authority.EC);
        Instant past = Instant.now().minus(2, ChronoUnit.DAYS);
        certificates.put("valid", authority.issue("valid", "client.example"));
        certificates.put("expired",
                authority.issue("expired", "client.example", past, past.plus(1, ChronoUnit.DAYS)));
        certificates.put("foreign", stranger.issue("foreign", "client.example"));
        KeyPairFiles own = authority.issue("server", "app.example");
        apex = Distribution.copiedTo(directory).configure("""
                admin = { listen_addr = "127.0.0.1:0" }
                [listeners.required]
                listen_addr = "127.0.0.1:%d"
                pool = "web"
                tls = { %s, client_ca_file = "%s" }
                [listeners.optional]
                listen_addr = "127.0.0.1:%d"
                pool = "web"
                tls = { %s, client_ca_file = "%s", client_auth = "optional" }
                [pools.web]
                backends = ["%s"]
                """.formatted(port("required"), own.certificates(), authority.file(), port("optional"),
                own.certificates(), authority.file(), backend.address())).start();
        apex.port();
        admin = Admin.of(apex);
    }

    @AfterAll
    @SuppressWarnings("try") // the variables only close
    void stop() {
        try (var first = backend; var last = apex) {
            if (apex != null) {
                assertThat(apex.terminate()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"required, 1.2", "required, 1.3", "optional, 1.2", "optional, 1.3"})
    void validCertificateIsLogged(String listener, String version) {
        TlsClient.Answer answer = openssl.connect(port(listener), options(version, "valid"));

        assertThat(answer.output()).contains(backend.address(), "Acceptable client certificate CA names",
                "O = authority, CN = authority");
        assertThat(logLine(answer)).contains(" listener=" + listener + " tls=TLSv" + version + " client_cert=",
                "CN=client.example,O=valid", " backend=" + backend.address() + " ");
    }

    @ParameterizedTest
    @CsvSource({"1.2", "1.3"})
    void certificateOfAResumedSessionIsLogged(String version, @TempDir Path directory) {
        String session = directory.resolve("session").toString();
        openssl.connect(port("required"), with(options(version, "valid"), "-sess_out", session));

        TlsClient.Answer answer = openssl.connect(port("required"),
                with(options(version, "valid"), "-sess_in", session));

        assertThat(answer.output()).contains("Reused, TLSv1", backend.address());
        assertThat(logLine(answer)).contains(" client_cert=", "CN=client.example,O=valid");
    }

    @Test
    void optionalCertificateCanBeMissing() {
        for (String version : new String[] {"1.2", "1.3"}) {
            TlsClient.Answer answer = openssl.connect(port("optional"), version(version));

            assertThat(answer.output()).contains(backend.address());
            assertThat(logLine(answer)).contains(" tls=TLSv" + version + " ").doesNotContain("client_cert");
        }
    }

    @ParameterizedTest
    @CsvSource({"1.2", "1.3"})
    void requiredCertificateIsMissing(String version) {
        requireRefusal("required", version(version));
    }

    @ParameterizedTest
    @CsvSource({"required, 1.2, foreign", "required, 1.3, foreign", "optional, 1.2, foreign", "optional, 1.3, foreign",
        "required, 1.2, expired", "required, 1.3, expired", "optional, 1.2, expired", "optional, 1.3, expired"})
    void certificateIsNotAccepted(String listener, String version, String certificate) {
        requireRefusal(listener, options(version, certificate));
    }

    private void requireRefusal(String listener, String... options) {
        double before = refusals(listener);

        TlsClient.Answer answer = openssl.tryToConnect("127.0.0.1", port(listener), options);

        assertThat(answer.output()).contains("SSL alert number").doesNotContain(backend.address());
        assertThat(logLine(answer)).contains(" tls-failed client=", " listener=" + listener + " ", " backend=- ")
                .doesNotContain("client_cert");
        assertThat(refusals(listener)).isEqualTo(before + 1);
    }

    private double refusals(String listener) {
        return admin.metrics().get("apex_listener_refused_total{cause=\"tls-failed\",listener=\"" + listener + "\"}");
    }

    private static String version(String version) {
        return "-tls" + version.replace('.', '_');
    }

    private String[] options(String version, String certificate) {
        KeyPairFiles files = certificates.get(certificate);
        return new String[] {version(version), "-cert", files.certificate().toString(), "-key", files.key().toString()};
    }

    private static String[] with(String[] options, String... more) {
        return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
    }

    private String logLine(TlsClient.Answer answer) {
        return apex.awaitLine("client=" + answer.client() + " ");
    }

    private int port(String name) {
        return ports.computeIfAbsent(name, each -> FreePorts.next());
    }
}

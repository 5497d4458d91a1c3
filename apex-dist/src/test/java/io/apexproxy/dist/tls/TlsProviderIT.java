package io.apexproxy.dist.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.client.Program;
import io.apexproxy.dist.client.TlsClient;
import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of another TLS library, Conscrypt, in {@code lib/ext}: with clients, and with backends through both. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsProviderIT {

    private static final String NAME = "app.example";
    private static final String PROVIDER = "org/conscrypt/OpenSSLProvider.class";

    private final HttpBackend backend = HttpBackend.started();
    private final int port = FreePorts.next();
    private final int encrypting = FreePorts.next();
    private Path directory;
    private Authority authority;
    private TlsClient openssl;
    private ApexProcess apex;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        assumeThat(System.getProperty("os.arch")).as("the library of Conscrypt is for this processor")
                .isEqualTo("amd64");
        directory = temporary;
        openssl = new TlsClient(Program.named("openssl", "openssl"), directory);
        authority = Authority.created(directory, "authority", Authority.EC);
        Distribution distribution = Distribution.copiedTo(directory).configure(config());
        Path extensions = Files.createDirectory(distribution.home().resolve("lib/ext"));
        Files.copy(jar(), extensions.resolve("conscrypt.jar"));
        apex = distribution.start();
        apex.port();
    }

    /** Returns the jar from the class path of the tests. */
    private static Path jar() {
        String url = String.valueOf(TlsProviderIT.class.getClassLoader().getResource(PROVIDER));
        return Path.of(URI.create(url.replaceFirst("jar:(.*)!.*", "$1")));
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
    @ValueSource(strings = {"1.2", "1.3"})
    void clientsAreServed(String version) {
        TlsClient.Answer answer = openssl.connect(port, "-tls" + version.replace('.', '_'), "-servername", NAME,
                "-verify_hostname", NAME, "-verify_return_error", "-CAfile", authority.file().toString());

        assertThat(answer.output()).contains("Verify return code: 0 (ok)", backend.address());
        assertThat(apex.awaitLine("client=" + answer.client() + " ")).contains(" tls=TLSv" + version + " ");
    }

    /** The JDK's client fails at an end without close_notify. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void answersThroughTlsOnBothSidesEndWithCloseNotify(String version) throws IOException {
        try (var socket = JdkTls.client(authority).connect(encrypting, NAME, version)) {
            socket.getOutputStream().write(JdkTls.ascii("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 ").endsWith(backend.address());
        }
    }

    /** Conscrypt does not resume sessions of TLS 1.3, and its sessions have the time of their creation in seconds. */
    @Test
    void handshakesAreCountedByTheirResult() {
        String session = directory.resolve("session").toString();
        double full = handshakes("full");
        openssl.connect(port, "-tls1_2", "-servername", NAME, "-sess_out", session);

        assertThat(handshakes("full")).isEqualTo(full + 1);
        double resumed = handshakes("resumed");
        long second = Instant.now().getEpochSecond();
        await().atMost(ApexProcess.PATIENCE).until(() -> Instant.now().getEpochSecond() > second);
        assertThat(openssl.connect(port, "-tls1_2", "-servername", NAME, "-sess_in", session).output())
                .contains("Reused, TLSv1.2");
        assertThat(List.of(handshakes("full"), handshakes("resumed"))).containsExactly(full + 1, resumed + 1);
    }

    private double handshakes(String result) {
        return Admin.of(apex).metrics().getOrDefault(
                "apex_tls_handshakes_total{listener=\"web\",result=\"" + result + "\"}", 0.0);
    }

    private String config() {
        String certificates = authority.issue("app", NAME).certificates();
        return """
                admin = { listen_addr = "127.0.0.1:0" }
                tls_provider = "Conscrypt"
                [listeners.web]
                listen_addr = "127.0.0.1:%d"
                pool = "plain"
                tls = { %s }
                [listeners.encrypting]
                listen_addr = "127.0.0.1:%d"
                pool = "encrypted"
                tls = { %s }
                [pools.plain]
                backends = ["%s"]
                [pools.encrypted]
                backends = ["127.0.0.1:%d"]
                health_check = "none"
                tls = { ca_file = "%s", server_name = "%s" }
                """.formatted(port, certificates, encrypting, certificates, backend.address(), port,
                authority.file(), NAME);
    }
}

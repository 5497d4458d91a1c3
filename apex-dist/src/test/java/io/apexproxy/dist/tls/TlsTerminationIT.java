package io.apexproxy.dist.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.client.CurlClient;
import io.apexproxy.dist.client.Program;
import io.apexproxy.dist.client.TlsClient;
import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

/** Tests of listeners that terminate TLS, with OpenSSL and curl. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsTerminationIT {

    private final Map<String, Integer> ports = new HashMap<>();
    private final HttpBackend backend = HttpBackend.started();
    private Path directory;
    private CurlClient curl;
    private Program opensslProgram;
    private TlsClient openssl;
    private Authority authority;
    private Authority rsa;
    private ApexProcess apex;
    private Admin admin;

    @BeforeAll
    void start(@TempDir Path temporary) {
        directory = temporary;
        curl = new CurlClient(directory);
        opensslProgram = Program.named("openssl", "openssl");
        openssl = new TlsClient(opensslProgram, directory);
        authority = Authority.created(directory, "authority", Authority.EC);
        rsa = Authority.created(directory, "rsa authority", Authority.RSA);
        apex = Distribution.copiedTo(directory).configure(config()).start();
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
    @CsvSource({"a.example, a-ec", "A.Example, a-ec", "x.b.example, b", "b.example, a-ec", "other.example, a-ec"})
    void nameSelectsTheCertificate(String name, String certificate) {
        for (String version : new String[] {"1.2", "1.3"}) {
            TlsClient.Answer answer = openssl.connect(port("web"), "-tls" + version.replace('.', '_'), "-servername",
                    name);

            assertThat(answer.organization()).isEqualTo(certificate);
            assertThat(answer.output()).contains(backend.address());
            assertThat(logLine(answer)).contains(" listener=web ", " tls=TLSv" + version + " ",
                    " backend=" + backend.address() + " ").doesNotContain("client_cert");
        }
    }

    @Test
    void clientWithoutNameGetsTheFirstCertificate() {
        assertThat(openssl.connect(port("web"), "-noservername").organization()).isEqualTo("a-ec");
        assertThat(openssl.connect(port("strict"), "-noservername").organization()).isEqualTo("b");
    }

    @ParameterizedTest
    @CsvSource({"-tls1_3 -sigalgs ECDSA+SHA256, a-ec", "-tls1_3 -sigalgs RSA-PSS+SHA256:RSA+SHA256, a-rsa",
        "-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256, a-ec", "-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256, a-rsa",
        "-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256, a-ec"})
    void keyTypeOfTheClientSelectsTheCertificate(String options, String certificate) {
        TlsClient.Answer answer = openssl.connect(port("web"),
                (options + " -servername a.example").split(" "));

        assertThat(answer.organization()).isEqualTo(certificate);
        assertThat(answer.output()).contains(backend.address());
    }

    @Test
    void chainIsVerified() {
        assertThat(openssl.connect(port("web"), "-servername", "a.example", "-verify_hostname", "a.example",
                "-verify_return_error", "-CAfile", authority.file().toString()).output())
                .contains("Verify return code: 0 (ok)", backend.address());
    }

    @Test
    void versionBelowTheMinimumIsRefused() {
        assertThat(openssl.connect(port("modern")).output()).contains("New, TLSv1.3");

        assertThat(refused("modern", "tls-failed", "-tls1_2").output()).contains("alert protocol version");
    }

    @Test
    void unknownNameIsRefused() {
        assertThat(openssl.connect(port("strict"), "-servername", "x.b.example").organization()).isEqualTo("b");

        assertThat(refused("strict", "tls-failed", "-servername", "a.example").output())
                .contains("unrecognized name");
    }

    @ParameterizedTest
    @CsvSource({"http/1.1, http/1.1", "'http/1.1,h2', h2", "'other,http/1.1', http/1.1"})
    void applicationProtocolIsSelectedInTheOrderOfTheListener(String offered, String selected) {
        TlsClient.Answer answer = openssl.connect(port("web"), "-servername", "a.example", "-alpn", offered);

        assertThat(answer.output()).contains("ALPN protocol: " + selected);
        assertThat(logLine(answer)).contains(" alpn=" + offered + " tls=TLSv1.3 ");
    }

    @Test
    void clientWithoutACommonApplicationProtocolIsRefused() {
        assertThat(refused("web", "tls-failed", "-alpn", "other").output()).contains("alert no application protocol");
        assertThat(openssl.connect(port("modern"), "-alpn", "other").output()).contains("No ALPN negotiated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void sessionIsResumed(String version) {
        String file = directory.resolve("session" + version).toString();
        assertThat(openssl.connect(port("web"), version, "-servername", "a.example", "-sess_out", file).output())
                .contains("New, TLSv1");

        TlsClient.Answer answer = openssl.connect(port("web"), version, "-servername", "a.example", "-sess_in", file);

        assertThat(answer.output()).contains("Reused, TLSv1", backend.address());
    }

    /** Without {@code -ign_eof}, OpenSSL takes the line for the command to renegotiate. */
    @Test
    void renegotiationIsRefused() throws IOException {
        Path log = directory.resolve("renegotiation.log");
        String client = "127.0.0.1:" + FreePorts.next();
        Process process = opensslProgram.start(directory, log, "s_client", "-connect", "127.0.0.1:" + port("web"),
                "-bind", client, "-tls1_2");
        try (var input = process.getOutputStream()) {
            await().atMost(ApexProcess.PATIENCE).until(() -> Files.readString(log).contains("Verify return code"));

            input.write("R\n".getBytes(StandardCharsets.US_ASCII));
            input.flush();

            assertThat(process.onExit()).as(Files.readString(log)).succeedsWithin(ApexProcess.PATIENCE);
            assertThat(log).content().contains("RENEGOTIATING", "alert handshake failure");
        } finally {
            process.destroyForcibly();
        }
        assertThat(apex.awaitLine("client=" + client + " ")).contains(" client-reset client=", " tls=TLSv1.2 ");
    }

    @Test
    void clientWithoutTlsIsRefused() throws IOException {
        double before = refusals("web", "hello");
        try (var client = new Socket(InetAddress.getLoopbackAddress(), port("web"))) {
            client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(apex.awaitLine("client=127.0.0.1:" + client.getLocalPort() + " "))
                    .contains(" hello client=", " listener=web backend=- ").doesNotContain(" tls=");
        }
        assertThat(refusals("web", "hello")).isEqualTo(before + 1);
    }

    @Test
    void curlVerifiesTheNameAndKeepsTheConnection() {
        String address = "a.example:" + port("web");
        String url = "https://" + address + "/";

        String printed = curl.run("--http1.1", "--cacert", authority.file().toString(), "--resolve",
                address + ":127.0.0.1", "--write-out", " %{num_connects}\n", url, url);

        assertThat(printed.lines()).containsExactly(backend.address() + " 1", backend.address() + " 0");
    }

    private TlsClient.Answer refused(String listener, String cause, String... options) {
        double before = refusals(listener, cause);

        TlsClient.Answer answer = openssl.tryToConnect("127.0.0.1", port(listener), options);

        assertThat(logLine(answer)).contains(" " + cause + " client=", " listener=" + listener + " ", " backend=- ");
        assertThat(refusals(listener, cause)).isEqualTo(before + 1);
        return answer;
    }

    private double refusals(String listener, String cause) {
        return admin.metrics().get("apex_listener_refused_total{cause=\"" + cause + "\",listener=\"" + listener
                + "\"}");
    }

    private String logLine(TlsClient.Answer answer) {
        return apex.awaitLine("client=" + answer.client() + " ");
    }

    private int port(String name) {
        return ports.computeIfAbsent(name, each -> FreePorts.next());
    }

    private String config() {
        KeyPairFiles b = authority.issue("b", "*.b.example");
        return """
                admin = { listen_addr = "127.0.0.1:0" }
                [listeners.web]
                listen_addr = "127.0.0.1:%d"
                pool = "web"
                tls = { certificates = [{ %s }, { %s }, { %s }], alpn = ["h2", "http/1.1"] }
                [listeners.modern]
                listen_addr = "127.0.0.1:%d"
                pool = "web"
                tls = { %s, min_version = "1.3" }
                [listeners.strict]
                listen_addr = "127.0.0.1:%d"
                pool = "web"
                tls = { %s, unknown_name = "refuse" }
                [pools.web]
                backends = ["%s"]
                """.formatted(port("web"), authority.issue("a-ec", "a.example").encryptedToml(),
                rsa.issue("a-rsa", "a.example").storeToml(), b.sec1Toml(), port("modern"), b.certificates(),
                port("strict"), b.certificates(), backend.address());
    }
}

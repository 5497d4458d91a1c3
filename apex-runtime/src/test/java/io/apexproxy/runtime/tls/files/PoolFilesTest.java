package io.apexproxy.runtime.tls.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.HealthCheckConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProbeHeader;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.ProxyVersion;
import io.apexproxy.runtime.config.pool.SessionSettings;
import io.apexproxy.runtime.config.tls.ClientCertificates;
import io.apexproxy.runtime.config.tls.ListenerTls;
import io.apexproxy.runtime.config.tls.PoolTls;
import io.apexproxy.runtime.config.tls.ProbeTls;
import io.apexproxy.runtime.config.tls.StartTls;
import io.apexproxy.runtime.config.tls.TlsVersion;
import io.apexproxy.runtime.config.tls.UnknownName;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.tls.ClientTls;
import io.apexproxy.runtime.tls.EnginePair;
import io.apexproxy.runtime.tls.ServerContexts;
import io.apexproxy.runtime.tls.TlsFixture;
import io.apexproxy.runtime.tls.TlsProvider;
import io.apexproxy.test.LogCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the files of pools. */
class PoolFilesTest {

    private static final Origin NOWHERE = new Origin("config.toml", 1, 1);

    @TempDir
    private Path directory;
    private final Problems problems = new Problems();
    private final LogCapture log = LogCapture.of("apex.tls");
    private TlsFiles files;
    /** Requires a certificate of its clients. */
    private ServerContexts backend;

    @BeforeEach
    void copy() throws IOException {
        copy("client.pem", "me.pem");
        copy("client.key", "me.key");
        copy("ca.pem", "ca.pem");
        files = new TlsFiles(directory, TlsProvider.ofJdk());
        backend = new ServerContexts(new ListenerTls(List.of(), TlsVersion.TLS_1_2, List.of(),
                Optional.of(new ClientCertificates(TlsFixture.setting("ca.pem", ""), true)), UnknownName.FIRST),
                List.of(TlsFixture.certificate("a-ec")), Optional.of(TlsFixture.issuers("ca")), TlsProvider.ofJdk(),
                Optional.empty());
    }

    @AfterEach
    void closeLog() {
        log.close();
    }

    private void copy(String from, String to) throws IOException {
        Files.write(directory.resolve(to), Files.readAllBytes(TlsFixture.file(from)));
    }

    private static PoolTls settings(boolean verify) {
        return new PoolTls(verify, Optional.of(TlsFixture.setting("ca.pem", "pools.web.tls.ca_file")), Optional.empty(),
                Optional.of(TlsFixture.pem(Path.of(""), "me", "pools.web.tls")), TlsVersion.TLS_1_2, List.of(),
                StartTls.OFF);
    }

    private static PoolConfig pool(PoolTls tls) {
        ProviderConfig plugin = new ProviderConfig("pools.web", "any", NOWHERE,
                new ConfigTree.Table(Map.of(), NOWHERE), List.of());
        return new PoolConfig("web", List.of(), plugin, new HealthCheckConfig(plugin, Duration.ZERO, Duration.ZERO,
                Duration.ZERO, 1, 1, ProbeHeader.OFF, ProbeTls.AS_POOL), Duration.ZERO, 1,
                PoolConfig.WhenAllDown.REFUSE, SessionSettings.DEFAULT, PoolConfig.Resolve.ALL, Duration.ZERO, 1,
                Optional.empty(), ProxyVersion.OFF, Optional.empty(), Optional.of(tls));
    }

    private PreparedTls prepare(PoolTls tls) {
        return files.prepare(List.of(), List.of(pool(tls)), problems);
    }

    private void connect(ClientTls client) throws SSLException {
        EnginePair.shake(client.newEngine("a.example", 9443), backend.newEngine(Optional.empty()));
    }

    @Test
    void replacedClientCertificateAndIssuersAreUsed() throws Exception {
        PreparedTls prepared = prepare(settings(true));
        files.use(prepared);
        ClientTls client = prepared.pool("web").orElseThrow();
        connect(client);

        copy("b-ec.pem", "ca.pem");
        files.look(Instant.now().plusSeconds(1));
        assertThatThrownBy(() -> connect(client)).isInstanceOf(SSLException.class);

        copy("ca.pem", "ca.pem");
        files.look(Instant.now().plusSeconds(2));
        connect(client);
    }

    @Test
    void missingFilesAreMistakes() throws IOException {
        Files.delete(directory.resolve("ca.pem"));
        Files.delete(directory.resolve("me.key"));

        assertThat(prepare(settings(true)).pool("web")).isEmpty();

        assertThat(problems.list()).map(Object::toString).containsExactlyInAnyOrder(
                "config.toml:3:5: pools.web.tls.key_file: " + directory.resolve("me.key")
                        + ": no such file; create it, or correct the path",
                "config.toml:3:5: pools.web.tls.ca_file: " + directory.resolve("ca.pem")
                        + ": no such file; create it, or correct the path");
    }

    @Test
    void poolWithoutVerificationIsReportedWhenItIsIntroduced() {
        PreparedTls verified = prepare(settings(true));
        files.use(verified);
        PreparedTls unverified = prepare(settings(false));
        files.use(unverified);

        assertThat(verified.warnings()).noneMatch(line -> line.contains("verify"));
        assertThat(unverified.warnings()).singleElement().asString().startsWith("pools.web.tls.verify: false:");
        assertThat(prepare(settings(false)).warnings()).isEmpty();
        assertThat(prepare(settings(false)).pool("web")).containsSame(unverified.pool("web").orElseThrow());
    }
}

package io.apexproxy.runtime.tls.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.Origin;
import io.apexproxy.runtime.config.tls.ClientCertificates;
import io.apexproxy.runtime.config.tls.ListenerTls;
import io.apexproxy.runtime.config.tls.TlsVersion;
import io.apexproxy.runtime.config.tls.UnknownName;
import io.apexproxy.runtime.tls.ServerTls;
import io.apexproxy.runtime.tls.TlsFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Reading the files of a listener at a start and at a reload, and what is logged about them. */
class TlsFilesTest extends ListenerFilesFixture {

    private static final Origin ORIGIN = new Origin("config.toml", 3, 5);

    @Test
    void expiredCertificateDoesNotReplaceAValidOne() throws Exception {
        ServerTls server = run(settings(pem("a")));

        putCertificate("a-expired", "a");
        look(1);
        look(6);

        assertThat(served(server)).isEqualTo("a-ec");
        assertThat(errors(log)).contains("certificate of CN=a.example has expired at 2021-01-01T00:00:00Z");
    }

    @Test
    void expiredCertificateIsUsedAtTheStartWithOneWarning() throws Exception {
        putCertificate("a-expired", "a");

        ServerTls server = run(settings(pem("a")));
        look(1);
        look(90_000);

        assertThat(served(server)).isEqualTo("another");
        assertThat(log.lines()).containsExactly("WARN config.toml:3:5: " + KEY + ".cert_file: certificate of"
                + " CN=a.example has expired at 2021-01-01T00:00:00Z and is still used; renew it, the files are"
                + " watched");
    }

    @Test
    void expiryIsReportedInTime() throws Exception {
        run(settings(pem("a")));
        long left = Duration.between(start, TlsFixture.certificate("a-ec").expiry()).toSeconds();

        look(left - Duration.ofDays(13).toSeconds());
        look(left - Duration.ofDays(13).toSeconds() + 1);
        look(left + 1);
        look(left + 2);

        assertThat(log.lines()).hasSize(2);
        assertThat(log.lines().get(0)).startsWith("WARN").contains("expires in 13 days, at ");
        assertThat(log.lines().get(1)).startsWith("ERROR").contains("has expired at");
    }

    @Test
    void allMistakesAreFound() throws IOException {
        put("a-ec", "b-ec", "wrong");
        ListenerTls tls = new ListenerTls(List.of(pem("wrong"), pem("missing"), pem("a")), TlsVersion.TLS_1_2,
                List.of(), Optional.of(new ClientCertificates(TlsFixture.setting("a.key", "client_ca_file"), true)),
                UnknownName.FIRST);

        assertThat(problemsOf(tls)).containsExactly(
                ORIGIN + ": " + KEY + ".key_file: " + directory.resolve("wrong.key") + ": the private key does not fit"
                        + " the certificate; set the key with which the certificate was requested",
                ORIGIN + ": " + KEY + ".cert_file: " + directory.resolve("missing.pem") + ": no such file; create it,"
                        + " or correct the path",
                ORIGIN + ": client_ca_file: " + directory.resolve("a.key") + ": no certificate in PEM found; expected"
                        + " a block -----BEGIN CERTIFICATE-----");
    }

    @Test
    void unchangedSettingsKeepTheirContextsAndOldFiles() throws Exception {
        ServerTls server = run(settings(pem("a")));
        Files.delete(directory.resolve("a.key"));

        assertThat(prepare(settings(pem("a"))).listener("web")).containsSame(server);

        ListenerTls changed = new ListenerTls(List.of(pem("a")), TlsVersion.TLS_1_3, List.of(), Optional.empty(),
                UnknownName.FIRST);
        assertThat(served(prepare(changed).listener("web").orElseThrow())).isEqualTo("a-ec");
    }

    @Test
    void changeDuringAReloadIsNotLost() throws Exception {
        run(settings(pem("a")));
        PreparedTls prepared = prepare(new ListenerTls(List.of(pem("a")), TlsVersion.TLS_1_3, List.of(),
                Optional.empty(), UnknownName.FIRST));

        put("a-rsa", "a-rsa", "a");
        look(1);
        files.use(prepared);
        look(2);

        assertThat(served(prepared.listener("web").orElseThrow())).isEqualTo("a-rsa");
    }

    @Test
    void keyThatAllUsersCanReadIsReportedOnce() throws Exception {
        Files.setPosixFilePermissions(directory.resolve("a.key"), PosixFilePermissions.fromString("rw-r--r--"));

        files.use(prepare(settings(pem("a"))));
        files.use(prepare(settings(pem("a"))));

        assertThat(log.lines()).containsExactly("WARN config.toml:3:5: " + KEY + ".key_file: all users of this machine"
                + " can read " + directory.resolve("a.key") + "; remove this permission: chmod o-r");
    }

    @Test
    void labelsOfAListenerAreDistinct() throws IOException {
        put("a-rsa", "a-rsa", "b");
        run(settings(pem("a"), pem("b")));

        assertThat(files.certificates()).extracting(CertificateStatus::label).containsExactly("a.example",
                "a.example#2");
    }
}

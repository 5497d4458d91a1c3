package io.apexproxy.runtime.tls.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.api.Origin;
import io.apexproxy.runtime.config.AccessConfig;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.RoutingConfig;
import io.apexproxy.runtime.config.tls.CertificateFiles;
import io.apexproxy.runtime.config.tls.ClientCertificates;
import io.apexproxy.runtime.config.tls.ListenerTls;
import io.apexproxy.runtime.config.tls.TlsVersion;
import io.apexproxy.runtime.config.tls.UnknownName;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.tls.ClientContext;
import io.apexproxy.runtime.tls.ClientTls;
import io.apexproxy.runtime.tls.EnginePair;
import io.apexproxy.runtime.tls.ServerTls;
import io.apexproxy.runtime.tls.TlsFixture;
import io.apexproxy.runtime.tls.TlsProvider;
import io.apexproxy.test.LogCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The thread of the files is not started: each test looks at the files itself, at times of its own. */
class TlsFilesTest {

    private static final Origin ORIGIN = new Origin("config.toml", 3, 5);
    private static final String KEY = "listeners.web.tls.certificates[0]";

    @TempDir
    private Path directory;
    private final TlsProvider library = TlsProvider.ofJdk();
    private final Instant start = Instant.now();
    private final LogCapture log = LogCapture.of("apex.tls");
    private TlsFiles files;

    @BeforeEach
    void copy() throws IOException {
        put("a-ec", "a-ec", "a");
        files = new TlsFiles(directory, library);
    }

    @AfterEach
    void close() {
        files.close();
        log.close();
    }

    /** Writes a certificate and a key over the files of another name. */
    private void put(String certificate, String key, String name) throws IOException {
        putCertificate(certificate, name);
        putKey(key, name);
    }

    private void putCertificate(String certificate, String name) throws IOException {
        Files.write(directory.resolve(name + ".pem"), Files.readAllBytes(TlsFixture.file(certificate + ".pem")));
    }

    private void putKey(String key, String name) throws IOException {
        Path file = directory.resolve(name + ".key");
        Files.write(file, Files.readAllBytes(TlsFixture.file(key + ".key")));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    }

    private static ListenerTls settings(CertificateFiles... certificates) {
        return new ListenerTls(List.of(certificates), TlsVersion.TLS_1_2, List.of(), Optional.empty(),
                UnknownName.FIRST);
    }

    private static CertificateFiles pem(String name) {
        return TlsFixture.pem(Path.of(""), name, KEY);
    }

    private static ListenerConfig listener(String name, ListenerTls tls) {
        return new ListenerConfig(name, List.of(), Set.of(), RoutingConfig.to("p"), 0, Duration.ZERO, Duration.ZERO,
                Optional.empty(), false, AccessConfig.OPEN, Optional.of(tls));
    }

    private PreparedTls prepare(ListenerTls tls) {
        Problems problems = new Problems();
        PreparedTls prepared = files.prepare(List.of(listener("web", tls)), List.of(), problems);
        problems.throwIfAny();
        return prepared;
    }

    private ServerTls run(ListenerTls tls) {
        PreparedTls prepared = prepare(tls);
        files.use(prepared);
        return prepared.listener("web").orElseThrow();
    }

    /** Returns which certificate a client gets. */
    private static String served(ServerTls server) throws Exception {
        ClientTls client = new ClientContext(TlsFixture.pool(false, ""), Optional.empty(), Optional.empty(),
                TlsProvider.ofJdk());
        EnginePair pair = EnginePair.shake(client.newEngine("a.example", 1), server.newEngine(Optional.empty()));
        return Stream.of("a-ec", "a-rsa", "b-ec", "client").filter(name -> TlsFixture.certificate(name).leaf()
                .equals(peer(pair))).findFirst().orElse("another");
    }

    private static Object peer(EnginePair pair) {
        try {
            return pair.clientSession().getPeerCertificates()[0];
        } catch (SSLPeerUnverifiedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Looks at the files a number of seconds after the start of the test. */
    private void look(long seconds) {
        files.look(start.plusSeconds(seconds));
    }

    private List<String> problemsOf(ListenerTls tls) {
        Problems problems = new Problems();
        files.prepare(List.of(listener("web", tls)), List.of(), problems);
        return problems.list().stream().map(Object::toString).toList();
    }

    private static String errors(LogCapture log) {
        return log.lines().stream().filter(line -> line.startsWith("ERROR")).collect(Collectors.joining("\n"));
    }

    /** The ways to replace two files at once. */
    private enum Replacement {
        IN_PLACE {
            @Override
            void replace(Path directory) throws IOException {
                for (String suffix : SUFFIXES) {
                    Files.write(directory.resolve("a" + suffix), content(suffix));
                }
            }
        },
        RENAME {
            @Override
            void replace(Path directory) throws IOException {
                for (String suffix : SUFFIXES) {
                    Path next = Files.write(directory.resolve("next"), content(suffix));
                    Files.move(next, directory.resolve("a" + suffix), StandardCopyOption.ATOMIC_MOVE);
                }
            }
        },
        DELETE_AND_CREATE {
            @Override
            void replace(Path directory) throws IOException {
                for (String suffix : SUFFIXES) {
                    Files.delete(directory.resolve("a" + suffix));
                    Files.write(directory.resolve("a" + suffix), content(suffix));
                }
            }
        },
        SAME_TIME {
            @Override
            void replace(Path directory) throws IOException {
                for (String suffix : SUFFIXES) {
                    FileTime before = Files.getLastModifiedTime(directory.resolve("a" + suffix));
                    Files.write(directory.resolve("a" + suffix), content(suffix));
                    Files.setLastModifiedTime(directory.resolve("a" + suffix), before);
                }
            }
        };

        private static final List<String> SUFFIXES = List.of(".pem", ".key");

        private static byte[] content(String suffix) throws IOException {
            return Files.readAllBytes(TlsFixture.file("a-rsa" + suffix));
        }

        abstract void replace(Path directory) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Replacement.class)
    void replacedFilesAreUsed(Replacement replacement) throws Exception {
        ServerTls server = run(settings(pem("a")));
        assertThat(served(server)).isEqualTo("a-ec");

        replacement.replace(directory);
        look(1);

        assertThat(served(server)).isEqualTo("a-rsa");
        assertThat(log.lines()).containsExactly("INFO " + KEY + ".cert_file: replaced; in use now: certificate of"
                + " CN=a.example, valid until " + TlsFixture.certificate("a-rsa").expiry());
    }

    /** Kubernetes replaces the link {@code ..data}, which leads to the directory of a version. */
    @Test
    void replacedLinkOfADirectoryIsFollowed() throws Exception {
        for (String version : List.of("a-ec", "b-ec")) {
            Path folder = Files.createDirectory(directory.resolve(".." + version));
            for (String suffix : List.of(".pem", ".key")) {
                Files.copy(TlsFixture.file(version + suffix), folder.resolve("tls" + suffix));
            }
        }
        Files.createSymbolicLink(directory.resolve("..data"), Path.of("..a-ec"));
        Files.createSymbolicLink(directory.resolve("tls.pem"), Path.of("..data/tls.pem"));
        Files.createSymbolicLink(directory.resolve("tls.key"), Path.of("..data/tls.key"));
        ServerTls server = run(settings(pem("tls")));

        Files.createSymbolicLink(directory.resolve("..next"), Path.of("..b-ec"));
        Files.move(directory.resolve("..next"), directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        look(10);

        assertThat(served(server)).isEqualTo("b-ec");
    }

    @Test
    void touchedFilesAreNotLogged() throws Exception {
        ServerTls server = run(settings(pem("a")));

        Files.setLastModifiedTime(directory.resolve("a.pem"), FileTime.from(start.plusSeconds(60)));
        look(60);
        look(70);

        assertThat(served(server)).isEqualTo("a-ec");
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void filesCanChangeOneAfterTheOther() throws Exception {
        ServerTls server = run(settings(pem("a")));

        putCertificate("a-rsa", "a");
        look(1);
        look(4);
        assertThat(served(server)).isEqualTo("a-ec");
        putKey("a-rsa", "a");
        look(5);

        assertThat(served(server)).isEqualTo("a-rsa");
        assertThat(log.lines()).singleElement().asString().startsWith("INFO");
    }

    @Test
    void wrongKeyIsReportedOnceAndTheOldPairStays() throws Exception {
        ServerTls server = run(settings(pem("a")));

        putKey("b-ec", "a");
        for (int second = 1; second < 20; second++) {
            look(second);
        }

        assertThat(served(server)).isEqualTo("a-ec");
        assertThat(log.lines()).containsExactly("ERROR " + KEY + ".cert_file: the changed files cannot be used: "
                + directory.resolve("a.key") + ": the private key does not fit the certificate; set the key with which"
                + " the certificate was requested; still in use: certificate of CN=a.example, valid until "
                + TlsFixture.certificate("a-ec").expiry() + "; correct the files, they are read again when they"
                + " change");
        assertThat(files.certificates()).singleElement()
                .satisfies(status -> assertThat(status.problem()).isPresent());

        putKey("a-ec", "a");
        look(20);

        assertThat(served(server)).isEqualTo("a-ec");
        assertThat(log.lines()).last().asString().startsWith("INFO " + KEY + ".cert_file: the files can be used");
        assertThat(files.certificates()).singleElement()
                .satisfies(status -> assertThat(status.problem()).isEmpty());
    }

    @Test
    void deletedFilesAreReportedOnce() throws Exception {
        ServerTls server = run(settings(pem("a")));

        Files.delete(directory.resolve("a.pem"));
        Files.delete(directory.resolve("a.key"));
        look(10);
        look(15);
        look(20);

        assertThat(served(server)).isEqualTo("a-ec");
        assertThat(errors(log)).contains("a.pem: no such file").doesNotContain("\n");
    }

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
        assertThat(log.lines().get(0)).startsWith("WARN").contains("expires at").contains("in 13 days");
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
    void issuersOfClientsAreWatched() throws Exception {
        Path issuers = directory.resolve("ca.pem");
        Files.copy(TlsFixture.file("ca.pem"), issuers);
        ServerTls server = run(new ListenerTls(List.of(pem("a")), TlsVersion.TLS_1_2, List.of(),
                Optional.of(new ClientCertificates(TlsFixture.setting("ca.pem", "client_ca_file"), true)),
                UnknownName.FIRST));
        ClientTls client = new ClientContext(TlsFixture.pool(false, ""),
                Optional.of(TlsFixture.certificate("client")), Optional.empty(), library);
        EnginePair.shake(client.newEngine("a.example", 1), server.newEngine(Optional.empty()));

        Files.write(issuers, Files.readAllBytes(TlsFixture.file("b-ec.pem")));
        look(1);

        assertThatThrownBy(() -> EnginePair.shake(client.newEngine("a.example", 1),
                server.newEngine(Optional.empty()))).isInstanceOf(SSLException.class);
        assertThat(log.lines()).containsExactly("INFO client_ca_file: replaced; in use now: 1 certificate of a trusted"
                + " issuer");
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

    @Test
    void threadUsesAReplacementWithinASecond() throws Exception {
        PreparedTls prepared = prepare(settings(pem("a")));
        files.commit(prepared);

        Replacement.RENAME.replace(directory);

        await().atMost(Duration.ofSeconds(10)).until(() -> served(prepared.listener("web").orElseThrow()),
                "a-rsa"::equals);
    }
}

package io.apexproxy.runtime.tls.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.apexproxy.runtime.config.tls.ClientCertificates;
import io.apexproxy.runtime.config.tls.ListenerTls;
import io.apexproxy.runtime.config.tls.TlsVersion;
import io.apexproxy.runtime.config.tls.UnknownName;
import io.apexproxy.runtime.tls.ClientContext;
import io.apexproxy.runtime.tls.ClientTls;
import io.apexproxy.runtime.tls.EnginePair;
import io.apexproxy.runtime.tls.ServerTls;
import io.apexproxy.runtime.tls.TlsFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The ways to replace the files of a listener. */
class FileReplacementTest extends ListenerFilesFixture {

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
    void threadUsesAReplacementWithinASecond() throws Exception {
        PreparedTls prepared = prepare(settings(pem("a")));
        files.commit(prepared);

        Replacement.RENAME.replace(directory);

        await().atMost(Duration.ofSeconds(10)).until(() -> served(prepared.listener("web").orElseThrow()),
                "a-rsa"::equals);
    }
}

package io.apexproxy.runtime.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.certificate.CertificateUpdate.Failed;
import io.apexproxy.runtime.certificate.CertificateUpdate.Replaced;
import io.apexproxy.runtime.certificate.CertificateUpdate.Unchanged;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CertificateUpdateTest {

    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private final ServerCertificate old = certificate("ec");
    private final ServerCertificate renewed = certificate("rsa");
    private final ServerCertificate expired = certificate("expired");
    /** What the files contain: a certificate, or an invalid pair. */
    private Object files = old;
    private int reads;
    private final CertificateUpdate<ServerCertificate> update =
            new CertificateUpdate<>(this::read, old, "old");

    private ServerCertificate read() throws CertificateFileException {
        reads++;
        if (files instanceof ServerCertificate certificate) {
            return certificate;
        }
        throw new CertificateFileException(Path.of("a.key"), files.toString());
    }

    private static ServerCertificate certificate(String name) {
        try {
            return CertificateReader.readPem(CertificateReaderTest.resource(name + ".pem"),
                    CertificateReaderTest.resource(name + ".key"), Optional.empty());
        } catch (CertificateFileException e) {
            throw new IllegalStateException(e);
        }
    }

    private CertificateUpdate.Result<ServerCertificate> look(Object content, long seconds) {
        return update.look(content, START.plusSeconds(seconds));
    }

    @Test
    void unchangedFilesAreNotRead() {
        assertThat(look("old", 1)).isEqualTo(new Unchanged<>());
        assertThat(reads).isZero();
    }

    @Test
    void newPairReplacesTheOldOne() {
        files = renewed;

        assertThat(look("new", 1)).isEqualTo(new Replaced<>(renewed));
        assertThat(look("new", 2)).isEqualTo(new Unchanged<>());
        assertThat(reads).isOne();
    }

    @Test
    void pairThatFitsAfterASecondWriteReplacesTheOldOne() {
        files = "does not fit";
        assertThat(look("certificate", 1)).isEqualTo(new Unchanged<>());

        files = renewed;
        assertThat(look("certificate and key", 4)).isEqualTo(new Replaced<>(renewed));
    }

    @Test
    void pairThatDoesNotFitIsReportedOnceAfterFiveSeconds() {
        files = "does not fit";
        assertThat(look("wrong", 1)).isEqualTo(new Unchanged<>());
        assertThat(look("wrong", 5)).isEqualTo(new Unchanged<>());
        assertThat(look("wrong", 6)).isEqualTo(new Failed<>("a.key: does not fit"));
        assertThat(look("wrong", 7)).isEqualTo(new Unchanged<>());
        assertThat(reads).isEqualTo(3);
    }

    @Test
    void anotherWrongPairIsReportedAgain() {
        files = "does not fit";
        look("wrong", 1);
        look("wrong", 6);

        assertThat(look("other", 10)).isEqualTo(new Unchanged<>());
        assertThat(look("other", 15)).isEqualTo(new Failed<>("a.key: does not fit"));
    }

    @Test
    void contentsThatChangeMoreOftenAreReported() {
        files = "does not fit";
        look("first", 1);
        look("second", 4);

        assertThat(look("third", 6)).isEqualTo(new Failed<>("a.key: does not fit"));
    }

    @Test
    void restoredFilesNeedNoReport() {
        files = "does not fit";
        look("wrong", 1);

        assertThat(look("old", 3)).isEqualTo(new Unchanged<>());
        assertThat(look("wrong", 7)).isEqualTo(new Unchanged<>()); // 5 s begin again
        assertThat(look("wrong", 12)).isInstanceOf(Failed.class);
    }

    @Test
    void expiredPairDoesNotReplaceAValidOne() {
        files = expired;

        look("expired", 1);
        assertThat(look("expired", 6))
                .isEqualTo(new Failed<>("certificate of CN=expired.example has expired at " + expired.expiry()));
    }

    @Test
    void expiredPairReplacesAnExpiredOne() {
        var ofExpired = new CertificateUpdate<>(this::read, expired, "old");
        files = expired;

        assertThat(ofExpired.look("expired", START)).isEqualTo(new Replaced<>(expired));
    }
}

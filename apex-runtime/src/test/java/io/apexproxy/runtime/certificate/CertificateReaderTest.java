package io.apexproxy.runtime.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.protocol.tls.ServerNamePattern;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateReaderTest {

    @TempDir
    private Path directory;
    private Path password;

    @BeforeEach
    void writePassword() throws IOException {
        password = Files.writeString(directory.resolve("password"), "secret\n");
    }

    static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(CertificateReaderTest.class.getResource(name)).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private ServerCertificate read(String certificate, String key) throws CertificateFileException {
        return CertificateReader.readPem(resource(certificate), resource(key), Optional.of(password));
    }

    @ParameterizedTest
    @CsvSource({
        "ec.pem,      ec.key,                 EC",
        "ec.pem,      ec-sec1.key,            EC",
        "ec.pem,      ec-sec1-parameters.key, EC",
        "ec.pem,      ec-encrypted.key,       EC",
        "rsa.pem,     rsa.key,                RSA",
        "rsa.pem,     rsa-pkcs1.key,          RSA",
        "rsa-pss.pem, rsa-pss.key,            RSASSA-PSS",
        "ed25519.pem, ed25519.key,            EdDSA",
    })
    void keysInAllFormatsAreRead(String certificate, String key, String algorithm) throws CertificateFileException {
        ServerCertificate read = read(certificate, key);

        assertThat(read.key().getAlgorithm()).isEqualTo(algorithm);
        assertThat(read.leaf().getPublicKey().getAlgorithm()).isEqualTo(algorithm);
    }

    @Test
    void storeIsRead() throws CertificateFileException {
        ServerCertificate read = CertificateReader.readStore(resource("ec.p12"), password);

        assertThat(read).isEqualTo(read("ec.pem", "ec.key"));
    }

    @Test
    void certificateAndKeyCanBeInOneFile() throws Exception {
        Path both = directory.resolve("both.pem");
        Files.writeString(both, "Bag Attributes\n" + Files.readString(resource("ec.key")) + "subject=a\r\n"
                + Files.readString(resource("ec.pem")).replace("\n", "\r\n"));

        assertThat(CertificateReader.readPem(both, both, Optional.empty())).isEqualTo(read("ec.pem", "ec.key"));
    }

    @Test
    void curveCanBeInABlockBeforeTheKey() throws Exception {
        byte[] number = new byte[32];
        byte[] sec1 =
                PemText.parse(resource("ec-sec1.key"), Files.readString(resource("ec-sec1.key"))).get(0).content();
        System.arraycopy(sec1, 7, number, 0, number.length); // after the headers and the version
        byte[] short1 = HexFormat.of().parseHex("30250201010420" + HexFormat.of().formatHex(number));
        String key = "-----BEGIN EC PRIVATE KEY-----\n" + Base64.getEncoder().encodeToString(short1)
                + "\n-----END EC PRIVATE KEY-----\n";
        String parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        Path file = directory.resolve("short.key");

        Files.writeString(file, parameters + key);
        assertThat(number(CertificateReader.readPem(resource("ec.pem"), file, Optional.empty())))
                .isEqualTo(number(read("ec.pem", "ec.key")));

        Files.writeString(file, key);
        assertThatThrownBy(() -> CertificateReader.readPem(resource("ec.pem"), file, Optional.empty()))
                .hasMessage(file + ":1: the key does not name its curve; convert it with openssl pkcs8 -topk8");
    }

    private static BigInteger number(ServerCertificate certificate) {
        return ((ECPrivateKey) certificate.key()).getS();
    }

    @Test
    void chainIsReadInItsOrder() throws Exception {
        Path chain = directory.resolve("chain.pem");
        Files.writeString(chain, Files.readString(resource("ec.pem")) + Files.readString(resource("rsa.pem")));

        ServerCertificate read = CertificateReader.readPem(chain, resource("ec.key"), Optional.empty());

        assertThat(read.chain()).extracting(each -> each.getPublicKey().getAlgorithm()).containsExactly("EC", "RSA");
        assertThat(read.expiry()).isEqualTo(read.leaf().getNotAfter().toInstant());
    }

    @Test
    void namesAreTheAlternativeNamesOrElseTheCommonName() throws CertificateFileException {
        assertThat(read("ec.pem", "ec.key").names()).extracting(ServerNamePattern::text)
                .containsExactly("a.example", "*.b.example");
        assertThat(read("rsa.pem", "rsa.key").names()).extracting(ServerNamePattern::text)
                .containsExactly("common.example");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ec.pem      | rsa.key                  | :1: the key is not valid, or it does not fit the certificate, whose"
                + " key is of type EC",
        "rsa.pem     | rsa-pss.key              | ''",
        "ec.pem      | ec.pem                   | : no private key in PEM found; expected a block such as"
                + " -----BEGIN PRIVATE KEY-----",
        "rsa.pem     | rsa-legacy-encrypted.key | :1: the key is encrypted in the format before PKCS#8; convert it with"
                + " openssl pkcs8 -topk8",
    })
    void keyThatCannotBeUsedIsReported(String certificate, String key, String message) {
        assertThatThrownBy(() -> read(certificate, key)).isInstanceOf(CertificateFileException.class)
                .hasMessageStartingWith(resource(key) + message).hasNoCause();
    }

    @Test
    void keyOfAnotherCertificateIsReported() {
        assertThatThrownBy(() -> read("ec.pem", "ec-other.key"))
                .hasMessage(resource("ec-other.key") + ": the private key does not fit the certificate; set the"
                        + " key with which the certificate was requested");
    }

    @ParameterizedTest
    @CsvSource({"wrong, 'the key cannot be decrypted: the password is wrong'", "'', 'the key cannot be decrypted'"})
    void wrongPasswordIsReportedWithoutIt(String wrong, String message) throws IOException {
        Files.writeString(password, wrong);

        assertThatThrownBy(() -> read("ec.pem", "ec-encrypted.key")).hasMessageContaining(message).hasNoCause();
        assertThatThrownBy(() -> CertificateReader.readStore(resource("ec.p12"), password))
                .hasMessage(resource("ec.p12") + ": not a PKCS#12 store, or the password is wrong").hasNoCause();
    }

    @Test
    void encryptedKeyRequiresAPassword() {
        assertThatThrownBy(
                () -> CertificateReader.readPem(resource("ec.pem"), resource("ec-encrypted.key"), Optional.empty()))
                .hasMessageEndingWith(":1: the key is encrypted; set key_password_file, or decrypt the key");
    }

    @Test
    void fileThatCannotBeReadIsReported() {
        Path missing = directory.resolve("missing.pem");
        assertThatThrownBy(() -> CertificateReader.readCertificates(missing))
                .hasMessage(missing + ": no such file; create it, or correct the path");
        assertThatThrownBy(() -> CertificateReader.readCertificates(directory))
                .hasMessage(directory + ": cannot be read: IOException");
        assertThatThrownBy(() -> CertificateReader.readCertificates(Path.of("/dev/zero")))
                .hasMessage("/dev/zero: larger than 1048576 bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "'-----BEGIN CERTIFICATE-----\nMIIB',                              ':1: the block has no end line'",
        "'text\n-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----', ':2: the block is not Base64'",
        "'-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',   ':1: the certificate is not valid X.509'",
        "'-----BEGIN A-----\n-----BEGIN B-----\n-----END B-----',          ':1: the block has no end line'",
        "'nothing',  ': no certificate in PEM found; expected a block -----BEGIN CERTIFICATE-----'",
    })
    void malformedPemIsReported(String text, String message) throws IOException {
        Path file = Files.writeString(directory.resolve("a.pem"), text);

        assertThatThrownBy(() -> CertificateReader.readCertificates(file)).hasMessage(file + message).hasNoCause();
    }

    /** A changed file can be valid, but it causes no other exception, and no message has bytes of the file. */
    @Test
    void changedKeysCauseNoOtherException() throws Exception {
        SplittableRandom random = new SplittableRandom(42);
        for (String key : new String[] {"ec-sec1.key", "rsa-pkcs1.key", "ec-encrypted.key", "ed25519.key"}) {
            byte[] original = Files.readAllBytes(resource(key));
            String certificate = key.replaceAll("[-.].*", ".pem");
            for (int round = 0; round < 300; round++) {
                byte[] changed = original.clone();
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(' ', '~');
                Path file = Files.write(directory.resolve("changed.key"), changed);
                try {
                    CertificateReader.readPem(resource(certificate), file, Optional.of(password));
                } catch (CertificateFileException e) {
                    assertThat(e).hasNoCause();
                    assertThat(e.getMessage()).doesNotContain(new String(changed, 60, 20, StandardCharsets.US_ASCII));
                }
            }
        }
    }

    @Test
    void textOfACertificateHasNoKey() throws CertificateFileException {
        assertThat(read("ec.pem", "ec.key")).hasToString("certificate of CN=a.example,O=test");
    }
}

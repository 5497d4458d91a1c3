package io.apexproxy.dist.tls;

import io.apexproxy.dist.client.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A certificate and its key, each in a file in PEM. Only the owner can read the key.
 *
 * @param certificate the file with the certificate
 * @param key the file with the key in PKCS #8
 */
record KeyPairFiles(Path certificate, Path key) {

    private static final String PASSWORD = "a password";

    /** Returns the keys of the configuration. */
    String toml() {
        return "cert_file = \"%s\", key_file = \"%s\"".formatted(certificate, key);
    }

    /** Returns a table of a listener with this certificate only. */
    String certificates() {
        return "certificates = [{ " + toml() + " }]";
    }

    /** Encrypts the key; returns the keys of the configuration. */
    String encryptedToml() {
        Path password = passwordFile();
        openssl("pkcs8", "-topk8", "-in", key.toString(), "-passout", "file:" + password, "-out", sibling("encrypted"));
        return "cert_file = \"%s\", key_file = \"%s\", key_password_file = \"%s\"".formatted(certificate,
                sibling("encrypted"), password);
    }

    /** Writes the key in the format of SEC 1; returns the keys of the configuration. */
    String sec1Toml() {
        openssl("ec", "-in", key.toString(), "-out", sibling("sec1"));
        return "cert_file = \"%s\", key_file = \"%s\"".formatted(certificate, sibling("sec1"));
    }

    /** Creates a PKCS #12 file; returns the keys of the configuration. */
    String storeToml() {
        Path password = passwordFile();
        openssl("pkcs12", "-export", "-in", certificate.toString(), "-inkey", key.toString(), "-passout",
                "file:" + password, "-out", sibling("p12"));
        return "store_file = \"%s\", password_file = \"%s\"".formatted(sibling("p12"), password);
    }

    /** Returns a file with the certificate and the key. */
    Path combined() {
        try {
            Path both = Path.of(sibling("both"));
            Files.copy(key, both); // with the permissions of the key
            return Files.writeString(both, Files.readString(key) + Files.readString(certificate));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path passwordFile() {
        try {
            Path file = Files.createFile(Path.of(sibling("password")),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(file, PASSWORD + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String sibling(String suffix) {
        return key + "." + suffix;
    }

    private void openssl(String... arguments) {
        Program.named("openssl", "openssl").run(key.getParent(), arguments);
    }
}

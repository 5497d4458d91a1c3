package io.apexproxy.dist.client;

import java.nio.file.Path;

/**
 * A self-signed certificate and its key. A client that trusts the certificate accepts the server that has the key.
 *
 * @param file both in the PEM format; only the owner can read it
 */
public record Certificate(Path file) {

    /**
     * Creates a certificate.
     *
     * @param openssl the program, run as the owner of the file
     * @param directory the directory of the new file
     * @param organization distinguishes certificates with the same name
     * @param name the name of the server; can begin with {@code *.}
     */
    public static Certificate created(Program openssl, Path directory, String organization, String name) {
        Path file = directory.resolve(organization + ".pem");
        openssl.run(directory, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-days", "2", "-subj", "/O=" + organization + "/CN=" + name, "-addext", "subjectAltName=DNS:" + name,
                "-keyout", file.toString(), "-out", file.toString());
        return new Certificate(file);
    }
}

package io.apexproxy.dist.tls;

import io.apexproxy.dist.client.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;

/** An authority that issues certificates, with its files in a directory of its own. */
final class Authority {

    static final String EC = "ec";
    static final String RSA = "rsa";

    private static final List<String> EC_KEY = List.of("-newkey", EC, "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes");
    private static final List<String> RSA_KEY = List.of("-newkey", "rsa:2048", "-nodes");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'")
            .withZone(ZoneOffset.UTC);
    /** More than the 14 days before the expiry of a certificate in which Apex warns of it. */
    private static final int VALID_DAYS = 30;
    private static final String CONFIG = """
            [req]
            distinguished_name = names
            [names]
            [ca]
            default_ca = authority
            [authority]
            database = index.txt
            new_certs_dir = .
            default_md = sha256
            policy = policy
            rand_serial = yes
            copy_extensions = copy
            unique_subject = no
            [policy]
            organizationName = supplied
            commonName = supplied
            """;

    private final Program openssl = Program.named("openssl", "openssl");
    private final Path directory;
    private final String keyType;

    private Authority(Path directory, String keyType) {
        this.directory = directory;
        this.keyType = keyType;
    }

    /**
     * Creates an authority. Skips the test if OpenSSL is not installed.
     *
     * @param parent the parent of the new directory
     * @param name the name of the directory and of the authority
     * @param keyType the type of its key, and of those of its certificates
     */
    static Authority created(Path parent, String name, String keyType) {
        try {
            var authority = new Authority(Files.createDirectory(parent.resolve(name)), keyType);
            Files.writeString(authority.directory.resolve("openssl.cnf"), CONFIG);
            Files.writeString(authority.directory.resolve("index.txt"), "");
            authority.request("-x509", "-days", Integer.toString(VALID_DAYS), "-subj", "/O=" + name + "/CN=" + name,
                    "-addext", "basicConstraints=critical,CA:true", "-addext", "keyUsage=keyCertSign", "-keyout",
                    "ca.key", "-out", "ca.pem");
            return authority;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the file with its certificate. */
    Path file() {
        return directory.resolve("ca.pem");
    }

    /**
     * Issues a certificate that is valid for {@value #VALID_DAYS} days.
     *
     * @param organization the name of the files, and the organization in the certificate
     * @param name the name in the certificate, which can begin with {@code *.}
     */
    KeyPairFiles issue(String organization, String name) {
        Instant now = Instant.now();
        return issue(organization, name, now.minus(1, ChronoUnit.DAYS), now.plus(VALID_DAYS, ChronoUnit.DAYS));
    }

    /** Issues a certificate that is valid between two times. */
    KeyPairFiles issue(String organization, String name, Instant from, Instant to) {
        String subject = "/O=" + organization + "/CN=" + name;
        request("-subj", subject, "-addext", "basicConstraints=critical,CA:false", "-addext",
                "subjectAltName=DNS:" + name, "-keyout", organization + ".key", "-out", organization + ".csr");
        openssl.run(directory, "ca", "-batch", "-notext", "-config", "openssl.cnf", "-cert", "ca.pem", "-keyfile",
                "ca.key", "-in", organization + ".csr", "-out", organization + ".pem", "-startdate", TIME.format(from),
                "-enddate", TIME.format(to));
        return new KeyPairFiles(directory.resolve(organization + ".pem"), directory.resolve(organization + ".key"));
    }

    private void request(String... options) {
        openssl.run(directory, Stream.of(List.of("req", "-config", "openssl.cnf"),
                keyType.equals(EC) ? EC_KEY : RSA_KEY, List.of(options)).flatMap(List::stream).toArray(String[]::new));
    }
}

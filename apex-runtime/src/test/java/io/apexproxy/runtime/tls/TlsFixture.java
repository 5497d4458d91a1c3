package io.apexproxy.runtime.tls;

import io.apexproxy.api.Origin;
import io.apexproxy.runtime.certificate.CertificateFileException;
import io.apexproxy.runtime.certificate.CertificateReader;
import io.apexproxy.runtime.certificate.ServerCertificate;
import io.apexproxy.runtime.certificate.TrustedIssuers;
import io.apexproxy.runtime.config.tls.CertificateFiles;
import io.apexproxy.runtime.config.tls.ClientCertificates;
import io.apexproxy.runtime.config.tls.FileSetting;
import io.apexproxy.runtime.config.tls.ListenerTls;
import io.apexproxy.runtime.config.tls.PoolTls;
import io.apexproxy.runtime.config.tls.StartTls;
import io.apexproxy.runtime.config.tls.TlsVersion;
import io.apexproxy.runtime.config.tls.UnknownName;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Certificates that one test issuer has signed, and settings. {@code a-ec} and {@code a-rsa} are for {@code a.example},
 * {@code b-ec} is for {@code *.b.example}.
 */
public final class TlsFixture {

    private TlsFixture() {
    }

    /** Returns the path of a file with a certificate or a key. */
    public static Path file(String name) {
        try {
            return Path.of(Objects.requireNonNull(TlsFixture.class.getResource(name), name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the certificate in the files of a name. */
    public static ServerCertificate certificate(String name) {
        return certificate(name, name);
    }

    static ServerCertificate certificate(String name, String key) {
        try {
            return CertificateReader.readPem(file(name + ".pem"), file(key + ".key"), Optional.empty());
        } catch (CertificateFileException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the certificates in the file of a name as those of trusted issuers. */
    public static TrustedIssuers issuers(String name) {
        try {
            return new TrustedIssuers(CertificateReader.readCertificates(file(name + ".pem")));
        } catch (CertificateFileException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the setting of a file. */
    public static FileSetting setting(String path, String key) {
        return new FileSetting(path, new Origin("config.toml", 3, 5), key);
    }

    /** Returns the setting of a certificate and its key in a directory. */
    public static CertificateFiles.Pem pem(Path directory, String name, String key) {
        return new CertificateFiles.Pem(setting(directory.resolve(name + ".pem").toString(), key + ".cert_file"),
                setting(directory.resolve(name + ".key").toString(), key + ".key_file"), Optional.empty());
    }

    static ListenerTls listener() {
        return new ListenerTls(List.of(), TlsVersion.TLS_1_2, List.of(), Optional.empty(), UnknownName.FIRST);
    }

    static ListenerTls listener(boolean clientRequired) {
        return new ListenerTls(List.of(), TlsVersion.TLS_1_2, List.of(),
                Optional.of(new ClientCertificates(setting("ca.pem", "client_ca_file"), clientRequired)),
                UnknownName.FIRST);
    }

    /** Returns the settings of a pool. */
    public static PoolTls pool(boolean verify, String serverName) {
        return new PoolTls(verify, Optional.empty(), Optional.of(serverName).filter(name -> !name.isEmpty()),
                Optional.empty(), TlsVersion.TLS_1_2, List.of(), StartTls.OFF);
    }
}

package io.apexproxy.config.etcd;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The TLS settings: trusted authorities and client certificate. The files are read when the source is created.
 *
 * @param context the context with the content of the files; empty for the default of Java
 */
record Tls(Optional<SSLContext> context) {

    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

    static Tls from(Settings settings, PluginContext context) {
        Optional<Path> authority = EtcdSettings.path("ca_file", settings, context);
        Optional<Path> certificate = EtcdSettings.path("cert_file", settings, context);
        Optional<Path> key = EtcdSettings.path("key_file", settings, context);
        if (certificate.isPresent() != key.isPresent()) {
            throw settings.invalid(key.isPresent() ? "cert_file" : "key_file",
                    "expected cert_file and key_file together, found one of them");
        }
        if (authority.isEmpty() && certificate.isEmpty()) {
            return new Tls(Optional.empty());
        }
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(identity(settings, certificate, key), new char[0]);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authority.isPresent() ? authorities(settings, authority.get()) : null); // null: trusted by Java
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return new Tls(Optional.of(tls));
        } catch (GeneralSecurityException | IOException e) {
            throw settings.invalid(certificate.isPresent() ? "cert_file" : "ca_file",
                    "cannot be used for TLS (" + e.getMessage() + ")");
        }
    }

    boolean isDefault() {
        return context.isEmpty();
    }

    private static KeyStore authorities(Settings settings, Path file) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        int number = 0;
        for (Certificate certificate : certificates(settings, "ca_file", file)) {
            store.setCertificateEntry("authority " + number++, certificate);
        }
        return store;
    }

    private static KeyStore identity(Settings settings, Optional<Path> certificate, Optional<Path> key)
            throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        if (certificate.isPresent()) {
            Certificate[] chain =
                    certificates(settings, "cert_file", certificate.get()).toArray(new Certificate[0]);
            PrivateKey secret = privateKey(settings, key.orElseThrow(), chain[0].getPublicKey().getAlgorithm());
            store.setKeyEntry("apex", secret, new char[0], chain);
        }
        return store;
    }

    private static Collection<? extends Certificate> certificates(Settings settings, String setting, Path file) {
        try {
            Collection<? extends Certificate> certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
            if (!certificates.isEmpty()) {
                return certificates;
            }
        } catch (IOException e) {
            throw settings.invalid(setting, "cannot be read: " + e);
        } catch (GeneralSecurityException e) {
            throw settings.invalid(setting, "expected certificates in PEM in " + file + ": " + e.getMessage());
        }
        throw settings.invalid(setting, "expected certificates in PEM, found none in " + file);
    }

    private static PrivateKey privateKey(Settings settings, Path file, String algorithm) {
        try {
            Matcher pem = PRIVATE_KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
            if (pem.find()) {
                return KeyFactory.getInstance(algorithm).generatePrivate(
                        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
            }
        } catch (IOException e) {
            throw settings.invalid("key_file", "cannot be read: " + e);
        } catch (GeneralSecurityException | IllegalArgumentException e) { // the latter for invalid Base64
            throw settings.invalid("key_file", "expected the key of the certificate, which is " + algorithm + ", in "
                    + file + ": " + e.getMessage());
        }
        throw settings.invalid("key_file", "expected BEGIN PRIVATE KEY (PKCS 8, without a password) in " + file
                + "; openssl pkcs8 -topk8 -nocrypt converts others");
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}

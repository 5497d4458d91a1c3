package io.apexproxy.source.documents;

import io.apexproxy.api.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The certificates of authorities that the server's certificate must lead to. Read when the source is created. */
final class Authorities {

    private Authorities() {
    }

    static SSLContext trust(Settings settings, Path file) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))) {
                store.setCertificateEntry("authority " + number++, certificate);
            }
            if (number == 0) {
                throw settings.invalid("ca_file", "expected certificates in PEM, found none in " + file);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw settings.invalid("ca_file", "cannot be read: " + e);
        } catch (GeneralSecurityException e) {
            throw settings.invalid("ca_file", "expected certificates in PEM in " + file + ": " + e.getMessage());
        }
    }
}

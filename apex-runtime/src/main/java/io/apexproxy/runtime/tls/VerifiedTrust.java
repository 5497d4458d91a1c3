package io.apexproxy.runtime.tls;

import io.apexproxy.runtime.certificate.TrustedIssuers;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The verification of certificates by the JDK, which also refuses an expired certificate that is itself listed as
 * trusted. The JDK accepts it. Immutable; any thread.
 */
final class VerifiedTrust extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager verification;

    /**
     * Creates a verification.
     *
     * @param issuers the trusted issuers; empty: those of the JDK
     * @throws IllegalStateException if the trusted issuers of the JDK cannot be read
     */
    VerifiedTrust(Optional<TrustedIssuers> issuers) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(issuers.isPresent() ? keyStore(issuers.get()) : null);
            this.verification = Stream.of(factory.getTrustManagers()).map(VerifiedTrust::x509).findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot create the verification of certificates: " + e.getMessage(), e);
        }
    }

    private static X509ExtendedTrustManager x509(TrustManager manager) {
        return (X509ExtendedTrustManager) manager;
    }

    private static KeyStore keyStore(TrustedIssuers issuers) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (X509Certificate issuer : issuers.certificates()) {
            store.setCertificateEntry(Integer.toString(number++), issuer);
        }
        return store;
    }

    private static void checkValidity(X509Certificate[] chain) throws CertificateException {
        if (chain != null && chain.length > 0) { // else the verification below throws
            chain[0].checkValidity();
        }
    }

    /** Returns the word of the JDK for key exchanges of TLS 1.3, for which Conscrypt has another one. */
    private static String known(String authType) {
        return "GENERIC".equals(authType) ? "UNKNOWN" : authType;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkValidity(chain);
        verification.checkClientTrusted(chain, known(authType), engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkValidity(chain);
        verification.checkServerTrusted(chain, known(authType), engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkValidity(chain);
        verification.checkClientTrusted(chain, known(authType), socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkValidity(chain);
        verification.checkServerTrusted(chain, known(authType), socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        checkValidity(chain);
        verification.checkClientTrusted(chain, known(authType));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        checkValidity(chain);
        verification.checkServerTrusted(chain, known(authType));
    }

    /** Returns the issuers, whose names a server sends to its clients. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return verification.getAcceptedIssuers();
    }
}

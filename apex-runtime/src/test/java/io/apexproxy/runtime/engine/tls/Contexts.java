package io.apexproxy.runtime.engine.tls;

import io.apexproxy.runtime.certificate.CertificateReader;
import io.apexproxy.runtime.certificate.ServerCertificate;
import io.apexproxy.runtime.tls.TlsFixture;
import io.apexproxy.runtime.tls.TlsProvider;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;

/** Contexts of the JDK with the test certificates, and their engines. */
final class Contexts {

    static final String TLS_1_2 = "TLSv1.2";
    static final String TLS_1_3 = "TLSv1.3";
    private static final char[] PASSWORD = "password".toCharArray();

    static {
        TlsProvider.ofJdk(); // sets the system properties before the classes of TLS are initialized
    }

    /** The context of a server with the name a.example. */
    static final SSLContext SERVER = context("a-ec");
    /** The context of a client with a certificate. */
    static final SSLContext CLIENT = context("client");
    /** The context of a client without a certificate. */
    static final SSLContext ANONYMOUS = context(null);

    private Contexts() {
    }

    private static SSLContext context(String name) {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            if (name != null) {
                ServerCertificate certificate = TlsFixture.certificate(name);
                keys.setKeyEntry(name, certificate.key(), PASSWORD, certificate.chain().toArray(Certificate[]::new));
            }
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
            keyManagers.init(keys, PASSWORD);
            KeyStore issuers = KeyStore.getInstance("PKCS12");
            issuers.load(null, null);
            for (Certificate issuer : CertificateReader.readCertificates(TlsFixture.file("ca.pem"))) {
                issuers.setCertificateEntry("ca", issuer);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(issuers);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static SSLEngine server(String version) {
        return engine(SERVER, version, false);
    }

    static SSLEngine client(String version) {
        return engine(ANONYMOUS, version, true);
    }

    /** Returns an engine with TLS 1.3 that does not resume a session. */
    static SSLEngine clientWithoutSessions() {
        return engine(context(null), TLS_1_3, true);
    }

    static SSLEngine engine(SSLContext context, String version, boolean isClient) {
        SSLEngine engine = context.createSSLEngine("a.example", 443);
        engine.setUseClientMode(isClient);
        engine.setEnabledProtocols(new String[] {version});
        return engine;
    }
}

package io.apexproxy.api.testkit;

import io.apexproxy.api.TlsSession;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * The TLS session of a client, with the content that the test sets.
 *
 * @param version {@code TLSv1.2} or {@code TLSv1.3}
 * @param cipherSuite the name in the JDK
 * @param applicationProtocol the negotiated protocol (ALPN)
 * @param peerCertificates the certificate of the client, followed by those of its issuers
 */
public record FakeTlsSession(String version, String cipherSuite, Optional<String> applicationProtocol,
        List<X509Certificate> peerCertificates) implements TlsSession {

    /** Copies the list. */
    public FakeTlsSession {
        peerCertificates = List.copyOf(peerCertificates);
    }

    /** Creates a session of TLS 1.3 without an application protocol and without certificates. */
    public static FakeTlsSession v13() {
        return new FakeTlsSession("TLSv1.3", "TLS_AES_256_GCM_SHA384", Optional.empty(), List.of());
    }

    /** Creates a session of TLS 1.2 without an application protocol and without certificates. */
    public static FakeTlsSession v12() {
        return new FakeTlsSession("TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", Optional.empty(), List.of());
    }

    /** Returns this session with an application protocol. */
    public FakeTlsSession withProtocol(String name) {
        return new FakeTlsSession(version, cipherSuite, Optional.of(name), peerCertificates);
    }

    /** Returns this session with the certificate of the client, followed by those of its issuers. */
    public FakeTlsSession withCertificates(X509Certificate... certificates) {
        return new FakeTlsSession(version, cipherSuite, applicationProtocol, List.of(certificates));
    }
}

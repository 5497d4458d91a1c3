package io.apexproxy.runtime.engine.tls;

import io.apexproxy.api.TlsSession;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * The facts of a session after its handshake.
 *
 * @param version the name of the version in the JDK
 * @param cipherSuite the name of the cipher suite in the JDK
 * @param applicationProtocol the selected protocol (ALPN)
 * @param peerCertificates the verified certificate of the peer, then those of its issuers; empty if it has none
 */
public record NegotiatedSession(String version, String cipherSuite, Optional<String> applicationProtocol,
        List<X509Certificate> peerCertificates) implements TlsSession {

    static NegotiatedSession of(SSLEngine engine) {
        SSLSession session = engine.getSession();
        return new NegotiatedSession(session.getProtocol(), session.getCipherSuite(),
                Optional.ofNullable(engine.getApplicationProtocol()).filter(name -> !name.isEmpty()),
                certificates(engine, session));
    }

    private static List<X509Certificate> certificates(SSLEngine engine, SSLSession session) {
        if (!engine.getUseClientMode() && !engine.getNeedClientAuth() && !engine.getWantClientAuth()) {
            return List.of();
        }
        try {
            Certificate[] certificates = session.getPeerCertificates();
            return Stream.of(certificates).map(X509Certificate.class::cast).toList();
        } catch (SSLPeerUnverifiedException e) { // the only way to learn that the peer has no certificate
            return List.of();
        }
    }
}

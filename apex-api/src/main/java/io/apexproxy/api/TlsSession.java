package io.apexproxy.api;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * The TLS session of a client whose TLS ends at the listener.
 *
 * <p>Immutable. All methods can be called from any thread and never block.
 *
 * @since 0.2
 */
public interface TlsSession {

    /**
     * Returns the version of TLS.
     *
     * @return the name in the JDK, {@code TLSv1.2} or {@code TLSv1.3}
     */
    String version();

    /**
     * Returns the cipher suite.
     *
     * @return the name in the JDK, such as {@code TLS_AES_256_GCM_SHA384}
     */
    String cipherSuite();

    /**
     * Returns the application protocol that the listener has selected (ALPN).
     *
     * @return the name, such as {@code h2}; empty if none was negotiated
     */
    Optional<String> applicationProtocol();

    /**
     * Returns the certificate of the client, which the listener has verified, and the certificates of its issuers as
     * the client sent them.
     *
     * @return the certificates, that of the client first; empty if the client has none
     */
    List<X509Certificate> peerCertificates();
}

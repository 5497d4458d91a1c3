package io.apexproxy.runtime.config.tls;

import java.util.List;
import java.util.Optional;

/**
 * The TLS that a listener terminates.
 *
 * @param certificates at least one, in the order of the configuration
 * @param minVersion the lowest version that clients can use
 * @param applicationProtocols the protocols (ALPN) that the listener accepts, most preferred first; empty: the
 *     extension is ignored
 * @param clientCertificates the certificates of clients; empty: none are requested
 * @param unknownName the handling of clients that request an unknown name
 */
public record ListenerTls(List<CertificateFiles> certificates, TlsVersion minVersion,
        List<String> applicationProtocols, Optional<ClientCertificates> clientCertificates, UnknownName unknownName) {

    public ListenerTls {
        certificates = List.copyOf(certificates);
        applicationProtocols = List.copyOf(applicationProtocols);
    }
}

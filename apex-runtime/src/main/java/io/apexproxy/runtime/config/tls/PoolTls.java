package io.apexproxy.runtime.config.tls;

import java.util.List;
import java.util.Optional;

/**
 * The TLS of connections to the backends of a pool.
 *
 * @param verify whether the certificate of a backend has to be valid for its name
 * @param caFile the certificates of the trusted issuers; empty: those of the JDK
 * @param serverName the name to request and verify; empty: the host name in the address of the backend
 * @param certificate the client certificate; empty: none
 * @param minVersion the lowest version that backends can use
 * @param applicationProtocols the protocols (ALPN) to offer, most preferred first; empty: none
 * @param starttls the request for TLS with which connections begin
 */
public record PoolTls(boolean verify, Optional<FileSetting> caFile, Optional<String> serverName,
        Optional<CertificateFiles.Pem> certificate, TlsVersion minVersion, List<String> applicationProtocols,
        StartTls starttls) {

    public PoolTls {
        applicationProtocols = List.copyOf(applicationProtocols);
    }

    /** Returns whether connections begin with the SSLRequest of PostgreSQL. */
    public boolean requestsTls() {
        return starttls == StartTls.POSTGRES;
    }
}

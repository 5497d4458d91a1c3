package io.apexproxy.runtime.certificate;

import io.apexproxy.runtime.protocol.tls.ServerNamePattern;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A certificate with its private key and the certificates of its issuers.
 *
 * @param key the private key, which fits the first certificate
 * @param chain the certificate, then those of its issuers
 * @param names the names of servers in the certificate; empty if it has none
 */
public record ServerCertificate(PrivateKey key, List<X509Certificate> chain, List<ServerNamePattern> names)
        implements CertificateContent {

    public ServerCertificate {
        chain = List.copyOf(chain);
        names = List.copyOf(names);
    }

    /** Returns the certificate itself. */
    public X509Certificate leaf() {
        return chain.get(0);
    }

    /** Returns the time at which the first certificate of the chain expires. */
    @Override
    public Instant expiry() {
        return chain.stream().map(each -> each.getNotAfter().toInstant()).min(Instant::compareTo).orElseThrow();
    }

    /** Omits the key. */
    @Override
    public String toString() {
        return "certificate of " + leaf().getSubjectX500Principal().getName();
    }
}

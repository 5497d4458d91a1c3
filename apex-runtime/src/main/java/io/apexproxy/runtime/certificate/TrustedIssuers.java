package io.apexproxy.runtime.certificate;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * The certificates of the issuers that a listener or a pool trusts.
 *
 * @param certificates at least one
 */
public record TrustedIssuers(List<X509Certificate> certificates) implements CertificateContent {

    public TrustedIssuers {
        certificates = List.copyOf(certificates);
    }

    /** Returns {@link Instant#MAX}: the others stay of use when one of them expires. */
    @Override
    public Instant expiry() {
        return Instant.MAX;
    }

    @Override
    public String toString() {
        return certificates.size() == 1 ? "1 certificate of a trusted issuer"
                : certificates.size() + " certificates of trusted issuers";
    }
}

package io.apexproxy.runtime.tls.files;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The state of a certificate, or of the certificates of trusted issuers, that a listener or a pool uses.
 *
 * @param isListener whether a listener uses it; else a pool
 * @param owner the name of the listener or the pool
 * @param label a short name that is unique for the owner: the first name in the certificate, or that of its file
 * @param names the names of servers in the certificate
 * @param expiry the time of its expiry; empty for trusted issuers
 * @param problem the reason why its present files cannot be used; empty if they are in use
 */
public record CertificateStatus(boolean isListener, String owner, String label, List<String> names,
        Optional<Instant> expiry, Optional<String> problem) {
}

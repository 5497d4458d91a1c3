package io.apexproxy.runtime.certificate;

import java.time.Instant;

/** The content of files with certificates. Its text names it in messages and has no key. Immutable. */
public sealed interface CertificateContent permits ServerCertificate, TrustedIssuers {

    /** Returns the time from which the content is of no use; {@link Instant#MAX} if there is none. */
    Instant expiry();
}

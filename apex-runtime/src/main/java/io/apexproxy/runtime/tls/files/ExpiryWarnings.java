package io.apexproxy.runtime.tls.files;

import java.time.Duration;
import java.time.Instant;

/**
 * The decision when to warn of the expiry of a certificate: once a day in the last {@value #DAYS_BEFORE} days, and once
 * when it has expired. Pure. One thread.
 */
final class ExpiryWarnings {

    /** Tools renew certificates of 90 days 30 days before their expiry, so by then a renewal has failed for 16 days. */
    static final int DAYS_BEFORE = 14;

    private static final Duration PERIOD = Duration.ofDays(1);

    private Instant expiry = Instant.MAX;
    private Instant next = Instant.MIN;
    private boolean hasReportedExpiry;

    /** What to log. */
    enum Warning {
        /** Nothing. */
        NONE,
        /** The certificate expires soon. */
        SOON,
        /** The certificate has expired. */
        EXPIRED
    }

    /** Returns what to log now about the certificate in use. A new expiry is that of another certificate. */
    Warning at(Instant now, Instant currentExpiry) {
        if (!expiry.equals(currentExpiry)) {
            expiry = currentExpiry;
            next = Instant.MIN;
            hasReportedExpiry = false;
        }
        if (!now.isBefore(expiry)) {
            boolean isFirst = !hasReportedExpiry;
            hasReportedExpiry = true;
            return isFirst ? Warning.EXPIRED : Warning.NONE;
        }
        if (now.isBefore(expiry.minus(Duration.ofDays(DAYS_BEFORE))) || now.isBefore(next)) {
            return Warning.NONE;
        }
        next = now.plus(PERIOD);
        return Warning.SOON;
    }
}

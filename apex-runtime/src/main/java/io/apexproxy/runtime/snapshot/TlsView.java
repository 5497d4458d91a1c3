package io.apexproxy.runtime.snapshot;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The certificates of listeners and pools.
 *
 * @param certificates in the order of the configuration: those of listeners, then those of pools
 * @param unverifiedPools the names of pools that do not verify the certificates of their backends
 * @param handshakes the handshakes of the listeners that terminate TLS
 * @since 0.2
 */
public record TlsView(List<CertificateView> certificates, List<String> unverifiedPools,
        List<HandshakesView> handshakes) {

    /** No listener and no pool uses TLS. */
    public static final TlsView NONE = new TlsView(List.of(), List.of(), List.of());

    /**
     * The TLS handshakes with the clients of a listener.
     *
     * @param listener the name of the listener
     * @param results the number of handshakes by result: {@code full}, {@code resumed}, {@code failed}
     * @param times the durations of successful handshakes
     */
    public record HandshakesView(String listener, Map<String, Long> results, Snapshot.HistogramView times) {
    }

    /**
     * A certificate with its key, or the certificates of trusted issuers, that a listener or a pool uses.
     *
     * @param listener the name of the listener; empty if a pool uses it
     * @param pool the name of the pool; empty if a listener uses it
     * @param certificate a short name, unique for the listener or pool: the first name in the certificate, or the name
     *     of the file
     * @param names the names of servers in the certificate
     * @param expiry the time of its expiry; empty for trusted issuers
     * @param problem the reason why the present files cannot be used, so that their previous content is; else empty
     */
    public record CertificateView(String listener, String pool, String certificate, List<String> names,
            Optional<Instant> expiry, String problem) {

        /**
         * {@return whether the certificate has expired}
         *
         * @param moment the time to compare with
         */
        public boolean hasExpired(Instant moment) {
            return expiry.filter(end -> !moment.isBefore(end)).isPresent();
        }
    }
}

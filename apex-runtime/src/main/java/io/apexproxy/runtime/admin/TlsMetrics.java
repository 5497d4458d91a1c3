package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.snapshot.TlsView;
import io.apexproxy.runtime.snapshot.TlsView.CertificateView;
import io.apexproxy.runtime.snapshot.TlsView.HandshakesView;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Metrics of certificates. The number of configured files bounds the number of time series. */
final class TlsMetrics {

    private static final double MILLIS_PER_SECOND = 1_000;

    private TlsMetrics() {
    }

    static List<MetricSnapshot> of(TlsView view) {
        var certificates = new MetricFamily<>(view.certificates(), TlsMetrics::labels);
        var expiring = new MetricFamily<>(view.certificates().stream()
                .filter(certificate -> certificate.expiry().isPresent()).toList(), TlsMetrics::labels);
        Map<Labels, Long> results = new LinkedHashMap<>();
        view.handshakes().forEach(handshakes -> handshakes.results().forEach((result, count) -> results
                .put(Labels.of("listener", handshakes.listener(), "result", result), count)));
        return List.of(
                new MetricFamily<>(List.copyOf(results.entrySet()), Map.Entry::getKey).counter("apex_tls_handshakes",
                        "TLS handshakes with clients by result: full, resumed, failed.", Map.Entry::getValue),
                new MetricFamily<>(view.handshakes(), each -> Labels.of("listener", each.listener())).histogram(
                        "apex_tls_handshake_seconds", "Time of a successful TLS handshake with a client.",
                        HandshakesView::times),
                expiring.gauge("apex_tls_certificate_expiry_seconds",
                        "Time at which the certificate in use expires, in seconds since 1970.",
                        certificate -> certificate.expiry().orElseThrow().toEpochMilli() / MILLIS_PER_SECOND),
                certificates.gauge("apex_tls_reload_failed",
                        "1 while the changed files of a certificate cannot be used and the previous one is in use.",
                        certificate -> certificate.problem().isEmpty() ? 0 : 1),
                new MetricFamily<>(view.unverifiedPools(), pool -> Labels.of("pool", pool)).gauge(
                        "apex_pool_tls_unverified",
                        "1 for each pool with verify = false, which accepts any certificate of a backend.",
                        pool -> 1));
    }

    private static Labels labels(CertificateView certificate) {
        return Labels.of("listener", certificate.listener(), "pool", certificate.pool(), "certificate",
                certificate.certificate());
    }
}

package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.snapshot.TlsView.CertificateView;
import io.apexproxy.runtime.snapshot.TlsView;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;

/** Metrics of certificates. The number of configured files bounds the number of time series. */
final class TlsMetrics {

    private static final double MILLIS_PER_SECOND = 1_000;

    private TlsMetrics() {
    }

    static List<MetricSnapshot> of(TlsView view) {
        var certificates = new MetricFamily<>(view.certificates(), TlsMetrics::labels);
        var expiring = new MetricFamily<>(view.certificates().stream()
                .filter(certificate -> certificate.expiry().isPresent()).toList(), TlsMetrics::labels);
        return List.of(
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

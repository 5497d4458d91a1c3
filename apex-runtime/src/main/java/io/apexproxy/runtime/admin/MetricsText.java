package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.admin.http.Response;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The metrics in the OpenMetrics format if the client accepts it, otherwise in the Prometheus format. */
final class MetricsText {

    private static final int INITIAL_BYTES = 16 * 1024;
    /** Creation timestamps would double the size, and few programs read them. */
    private static final ExpositionFormatWriter PROMETHEUS =
            PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();
    private static final ExpositionFormatWriter OPEN_METRICS =
            OpenMetricsTextFormatWriter.builder().setCreatedTimestampsEnabled(false).build();

    private MetricsText() {
    }

    static Response response(Snapshot snapshot, String accept) {
        ExpositionFormatWriter writer = OPEN_METRICS.accepts(accept) ? OPEN_METRICS : PROMETHEUS;
        MetricSnapshots.Builder metrics = MetricSnapshots.builder();
        ProxyMetrics.of(snapshot).forEach(metrics::metricSnapshot);
        ProcessMetrics.current().forEach(metrics::metricSnapshot);
        ByteArrayOutputStream text = new ByteArrayOutputStream(INITIAL_BYTES);
        try {
            writer.write(text, metrics.build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Response.of(Response.OK, writer.getContentType(), text.toByteArray());
    }
}

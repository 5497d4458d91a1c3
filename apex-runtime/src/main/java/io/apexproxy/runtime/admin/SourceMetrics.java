package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.snapshot.Snapshot.PoolView;
import io.apexproxy.runtime.snapshot.SourceView;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Metrics of backend sources. */
final class SourceMetrics {

    private static final double MILLIS_PER_SECOND = 1_000;

    private SourceMetrics() {
    }

    static List<MetricSnapshot> of(List<PoolView> pools) {
        List<PoolView> withSource = pools.stream().filter(pool -> pool.source().isPresent()).toList();
        var sources = new MetricFamily<>(withSource, pool -> Labels.of("pool", pool.name()));
        Function<PoolView, SourceView> source = pool -> pool.source().orElseThrow();
        Map<Labels, Long> failures = new LinkedHashMap<>();
        withSource.forEach(pool -> source.apply(pool).failures()
                .forEach((cause, count) -> failures.put(Labels.of("pool", pool.name(), "cause", cause), count)));
        return List.of(
                sources.gauge("apex_source_backends", "Backends in the last answer of the source of the pool.",
                        pool -> source.apply(pool).backends()),
                sources.gauge("apex_source_missing_backends",
                        "Backends that were missing in the last answer and are not removed yet.",
                        pool -> source.apply(pool).missing()),
                sources.gauge("apex_source_last_success_seconds",
                        "Time of the last answer of the source, in seconds since 1970; 0 before the first.",
                        pool -> source.apply(pool).lastAnswer()
                                .map(time -> time.toEpochMilli() / MILLIS_PER_SECOND).orElse(0.0)),
                sources.gauge("apex_source_stale",
                        "1 while the backends get no new connections because the source does not answer.",
                        pool -> source.apply(pool).stale() ? 1 : 0),
                new MetricFamily<>(List.copyOf(failures.entrySet()), Map.Entry::getKey).counter(
                        "apex_source_failures", "Look-ups of the source without an answer by cause.",
                        Map.Entry::getValue));
    }
}

package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.snapshot.RotationView;
import io.apexproxy.runtime.snapshot.Snapshot.BackendView;
import io.apexproxy.runtime.snapshot.Snapshot.PoolView;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The metrics about backups, slow starts and ejections. */
final class RotationMetrics {

    private RotationMetrics() {
    }

    private record Backend(String pool, BackendView view) {

        Labels labels() {
            return Labels.of("pool", pool, "backend", view.name());
        }

        Labels infoLabels() {
            return labels().add("address", Address.text(view.address()))
                    .add("backup", String.valueOf(view.rotation().backup()));
        }
    }

    static Stream<MetricSnapshot> of(List<PoolView> pools) {
        List<Backend> views = pools.stream()
                .flatMap(pool -> pool.backends().stream().map(backend -> new Backend(pool.name(), backend))).toList();
        var backends = new MetricFamily<>(views, Backend::labels);
        Function<Backend, RotationView> rotation = backend -> backend.view().rotation();
        return Stream.of(
                new MetricFamily<>(views, Backend::infoLabels).info("apex_backend",
                        "Always 1; the labels are the address, and whether the backend is a backup."),
                backends.gauge("apex_backend_slow_start_seconds",
                        "Time until the slow start of the backend ends, otherwise 0.",
                        backend -> rotation.apply(backend).slowStart().toMillis() / 1_000.0),
                backends.counter("apex_backend_early_closes",
                        "Connections that the backend ended within early_close and before its first byte.",
                        backend -> rotation.apply(backend).earlyCloses()),
                backends.counter("apex_backend_ejections",
                        "Ejections of the backend after failed connections in a row.",
                        backend -> rotation.apply(backend).ejections()));
    }
}

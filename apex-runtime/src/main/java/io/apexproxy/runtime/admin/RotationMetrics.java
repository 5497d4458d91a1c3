package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.admin.ProxyMetrics.Backend;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.snapshot.RotationView;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The metrics about backups, slow starts, ejections and overload. */
final class RotationMetrics {

    private RotationMetrics() {
    }

    private static Labels infoLabels(Backend backend) {
        return backend.labels().add("address", Address.text(backend.view().address()))
                .add("backup", String.valueOf(backend.view().rotation().backup()));
    }

    static Stream<MetricSnapshot> of(List<Backend> views) {
        var backends = new MetricFamily<>(views, Backend::labels);
        Function<Backend, RotationView> rotation = backend -> backend.view().rotation();
        return Stream.of(
                new MetricFamily<>(views, RotationMetrics::infoLabels).info("apex_backend",
                        "Always 1; the labels are the address, and whether the backend is a backup."),
                backends.gauge("apex_backend_slow_start_seconds",
                        "Time until the slow start of the backend ends, otherwise 0.",
                        backend -> rotation.apply(backend).slowStart().toMillis() / 1_000.0),
                backends.counter("apex_backend_early_closes",
                        "Connections that the backend ended within early_close and before its first byte.",
                        backend -> rotation.apply(backend).earlyCloses()),
                backends.counter("apex_backend_ejections",
                        "Ejections of the backend after failed connections in a row.",
                        backend -> rotation.apply(backend).ejections()),
                backends.counter("apex_backend_slow_connects",
                        "Connects that the backend did not answer within 1 s, so that others are preferred for 1 s.",
                        backend -> rotation.apply(backend).slowConnects()));
    }
}

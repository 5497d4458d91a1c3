package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.snapshot.Snapshot.HistogramView;
import io.apexproxy.runtime.snapshot.Snapshot.SizesView;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Items with the same metrics. Each metric has one value per item.
 *
 * @param <T> the type of the items
 * @param items the current items
 * @param labels returns the labels of an item
 */
record MetricFamily<T>(List<T> items, Function<T, Labels> labels) {

    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Creates the family of a single item, without labels. */
    static <T> MetricFamily<T> of(T item) {
        return new MetricFamily<>(List.of(item), single -> Labels.EMPTY);
    }

    /** Returns a metric with the value 1 and information in its labels; the formats add {@code _info} to its name. */
    static MetricSnapshot info(String name, String help, Labels labels) {
        return new InfoSnapshot(metadata(name, help), List.of(new InfoDataPointSnapshot(labels)));
    }

    /** Returns a metric with the value 1 whose labels are information; the formats add {@code _info} to its name. */
    MetricSnapshot info(String name, String help) {
        return new InfoSnapshot(metadata(name, help),
                items.stream().map(labels).map(InfoDataPointSnapshot::new).toList());
    }

    /** Returns a metric that never decreases; the formats add {@code _total} to its name. */
    MetricSnapshot counter(String name, String help, ToDoubleFunction<T> value) {
        return new CounterSnapshot(metadata(name, help), items.stream()
                .map(item -> new CounterDataPointSnapshot(value.applyAsDouble(item), labels.apply(item), null, 0))
                .toList());
    }

    /** Returns a metric that can increase and decrease. */
    MetricSnapshot gauge(String name, String help, ToDoubleFunction<T> value) {
        return new GaugeSnapshot(metadata(name, help), items.stream()
                .map(item -> new GaugeDataPointSnapshot(value.applyAsDouble(item), labels.apply(item), null))
                .toList());
    }

    /** Returns a histogram of durations, in seconds. */
    MetricSnapshot histogram(String name, String help, Function<T, HistogramView> value) {
        return new HistogramSnapshot(metadata(name, help), items.stream()
                .map(item -> point(value.apply(item), labels.apply(item)))
                .toList());
    }

    /** Returns a histogram of sizes, in bytes. */
    MetricSnapshot sizes(String name, String help, Function<T, SizesView> value) {
        return new HistogramSnapshot(metadata(name, help), items.stream()
                .map(item -> point(value.apply(item), labels.apply(item)))
                .toList());
    }

    private static HistogramDataPointSnapshot point(HistogramView view, Labels labels) {
        return point(view.boundsNanos(), view.counts(), view.sumNanos(), NANOS_PER_SECOND, labels);
    }

    private static HistogramDataPointSnapshot point(SizesView view, Labels labels) {
        return point(view.boundsBytes(), view.counts(), view.sumBytes(), 1, labels);
    }

    private static HistogramDataPointSnapshot point(List<Long> bounds, List<Long> counts, long sum, double divisor,
            Labels labels) {
        List<Double> edges = new ArrayList<>();
        bounds.forEach(bound -> edges.add(bound / divisor));
        edges.add(Double.POSITIVE_INFINITY);
        return HistogramDataPointSnapshot.builder().labels(labels).sum(sum / divisor)
                .classicHistogramBuckets(ClassicHistogramBuckets.of(edges, counts)).build();
    }

    /** Derives the unit from the last word of the name. */
    private static MetricMetadata metadata(String name, String help) {
        return Stream.of(Unit.SECONDS, Unit.BYTES).filter(unit -> name.endsWith("_" + unit)).findFirst()
                .map(unit -> new MetricMetadata(name, help, unit)).orElseGet(() -> new MetricMetadata(name, help));
    }
}

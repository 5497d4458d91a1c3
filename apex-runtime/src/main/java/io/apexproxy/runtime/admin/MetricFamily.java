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
 * Things that are measured in the same ways: metrics over them have one value for each.
 *
 * @param <T> the things
 * @param things what there is now
 * @param labels tell one from the other
 */
record MetricFamily<T>(List<T> things, Function<T, Labels> labels) {

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The family of something that there is one of. */
    static <T> MetricFamily<T> of(T thing) {
        return new MetricFamily<>(List.of(thing), one -> Labels.EMPTY);
    }

    /** A metric that is always 1, and says something by its labels; the formats add {@code _info} to its name. */
    static MetricSnapshot info(String name, String help, Labels labels) {
        return new InfoSnapshot(metadata(name, help), List.of(new InfoDataPointSnapshot(labels)));
    }

    /** A metric that only goes up; the formats add {@code _total} to its name. */
    MetricSnapshot counter(String name, String help, ToDoubleFunction<T> value) {
        return new CounterSnapshot(metadata(name, help), things.stream()
                .map(thing -> new CounterDataPointSnapshot(value.applyAsDouble(thing), labels.apply(thing), null, 0))
                .toList());
    }

    /** A metric that goes up and down. */
    MetricSnapshot gauge(String name, String help, ToDoubleFunction<T> value) {
        return new GaugeSnapshot(metadata(name, help), things.stream()
                .map(thing -> new GaugeDataPointSnapshot(value.applyAsDouble(thing), labels.apply(thing), null))
                .toList());
    }

    /** A metric in seconds that keeps apart how many were how long. */
    MetricSnapshot histogram(String name, String help, Function<T, HistogramView> value) {
        return new HistogramSnapshot(metadata(name, help), things.stream()
                .map(thing -> point(value.apply(thing), labels.apply(thing)))
                .toList());
    }

    /** A metric in bytes that counts by size. */
    MetricSnapshot sizes(String name, String help, Function<T, SizesView> value) {
        return new HistogramSnapshot(metadata(name, help), things.stream()
                .map(thing -> point(value.apply(thing), labels.apply(thing)))
                .toList());
    }

    private static HistogramDataPointSnapshot point(HistogramView view, Labels labels) {
        return point(view.boundsNanos(), view.counts(), view.sumNanos(), NANOS, labels);
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

    /** The unit is the last word of the name. */
    private static MetricMetadata metadata(String name, String help) {
        return Stream.of(Unit.SECONDS, Unit.BYTES).filter(unit -> name.endsWith("_" + unit)).findFirst()
                .map(unit -> new MetricMetadata(name, help, unit)).orElseGet(() -> new MetricMetadata(name, help));
    }
}

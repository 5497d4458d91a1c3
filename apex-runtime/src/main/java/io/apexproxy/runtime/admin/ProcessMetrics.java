package io.apexproxy.runtime.admin;

import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of the process and its JVM, under the names that Prometheus' own client libraries use, so that dashboards
 * for any program fit. They are taken by hand: the library's instrumentation brings registries and tracers along, for
 * these few figures.
 */
final class ProcessMetrics {

    private static final Logger LOG = LoggerFactory.getLogger("apex.admin");
    private static final double MILLIS = TimeUnit.SECONDS.toMillis(1);
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Linux only; the line is {@code VmRSS:     57344 kB}. */
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";
    private static final long KIB = 1024;

    private ProcessMetrics() {
    }

    static Stream<MetricSnapshot> now() {
        List<MetricSnapshot> metrics = new ArrayList<>(ofProcess());
        metrics.addAll(ofMemory());
        metrics.add(ofCollectors());
        metrics.add(gauge("jvm_threads_current", "Live threads.",
                ManagementFactory.getThreadMXBean().getThreadCount()));
        return metrics.stream();
    }

    private static List<MetricSnapshot> ofProcess() {
        List<MetricSnapshot> metrics = new ArrayList<>();
        metrics.add(gauge("process_start_time_seconds", "When the process started, in seconds since 1970.",
                ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            metrics.add(MetricFamily.of(system).counter("process_cpu_seconds",
                    "Processor time used, of user and system.",
                    one -> one.getProcessCpuTime() / NANOS));
            metrics.add(gauge("process_open_fds", "Open file descriptors.", openDescriptors(system)));
            metrics.add(gauge("process_max_fds", "File descriptors that may be open.",
                    system.getMaxFileDescriptorCount()));
        }
        residentBytes().ifPresent(bytes ->
                metrics.add(gauge("process_resident_memory_bytes", "Memory that is in RAM.", bytes)));
        return metrics;
    }

    private static long openDescriptors(UnixOperatingSystemMXBean system) {
        try {
            return system.getOpenFileDescriptorCount();
        } catch (InternalError e) { // the JDK counts the entries of a directory, and has no descriptor to open it
            return system.getMaxFileDescriptorCount();
        }
    }

    private static OptionalLong residentBytes() {
        try (Stream<String> lines = Files.exists(STATUS) ? Files.lines(STATUS) : Stream.empty()) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                    .map(line -> line.substring(RESIDENT.length()).strip().split(" ")[0])
                    .mapToLong(kibibytes -> Long.parseLong(kibibytes) * KIB).findFirst();
        } catch (IOException | NumberFormatException e) {
            LOG.debug("{} cannot be read", STATUS, e);
            return OptionalLong.empty();
        }
    }

    private static List<MetricSnapshot> ofMemory() {
        var memory = ManagementFactory.getMemoryMXBean();
        var areas = new MetricFamily<>(List.of(
                Map.entry("heap", memory.getHeapMemoryUsage()), Map.entry("nonheap", memory.getNonHeapMemoryUsage())),
                area -> Labels.of("area", area.getKey()));
        var limited = new MetricFamily<>(areas.things().stream().filter(area -> area.getValue().getMax() >= 0).toList(),
                areas.labels());
        var buffers = new MetricFamily<>(ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class),
                pool -> Labels.of("pool", pool.getName()));
        return List.of(
                areas.gauge("jvm_memory_used_bytes", "Memory in use.", area -> area.getValue().getUsed()),
                areas.gauge("jvm_memory_committed_bytes", "Memory taken from the system.",
                        area -> area.getValue().getCommitted()),
                limited.gauge("jvm_memory_max_bytes", "Memory that may be used; nothing where there is no limit.",
                        area -> area.getValue().getMax()),
                buffers.gauge("jvm_buffer_pool_used_bytes", "Memory of buffers outside the heap.",
                        BufferPoolMXBean::getMemoryUsed));
    }

    private static MetricSnapshot ofCollectors() {
        List<SummaryDataPointSnapshot> points = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(ProcessMetrics::collections).toList();
        return new SummarySnapshot(new MetricMetadata("jvm_gc_collection_seconds",
                "Garbage collections and the time they took.", Unit.SECONDS), points);
    }

    private static SummaryDataPointSnapshot collections(GarbageCollectorMXBean collector) {
        return SummaryDataPointSnapshot.builder().labels(Labels.of("gc", collector.getName()))
                .count(collector.getCollectionCount()).sum(collector.getCollectionTime() / MILLIS).build();
    }

    private static MetricSnapshot gauge(String name, String help, double value) {
        return MetricFamily.of(value).gauge(name, help, one -> one);
    }
}

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
 * Metrics of the process and its JVM, under the names of the Prometheus client libraries, so that existing dashboards
 * show them. The instrumentation of the library is not used: it needs registries and tracers for these few values.
 */
final class ProcessMetrics {

    private static final Logger LOG = LoggerFactory.getLogger("apex.admin");
    private static final double MILLIS_PER_SECOND = TimeUnit.SECONDS.toMillis(1);
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    /** Linux only; the line is {@code VmRSS:     57344 kB}. */
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";
    private static final long KIB = 1024;

    private ProcessMetrics() {
    }

    static Stream<MetricSnapshot> current() {
        List<MetricSnapshot> metrics = new ArrayList<>(processMetrics());
        metrics.addAll(memoryMetrics());
        metrics.add(collectorMetrics());
        metrics.add(gauge("jvm_threads_current", "Live threads.",
                ManagementFactory.getThreadMXBean().getThreadCount()));
        return metrics.stream();
    }

    private static List<MetricSnapshot> processMetrics() {
        List<MetricSnapshot> metrics = new ArrayList<>();
        metrics.add(gauge("process_start_time_seconds", "Start time of the process, in seconds since 1970.",
                ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS_PER_SECOND));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            metrics.add(MetricFamily.of(system).counter("process_cpu_seconds",
                    "User and system processor time.",
                    process -> process.getProcessCpuTime() / NANOS_PER_SECOND));
            metrics.add(gauge("process_open_fds", "Open file descriptors.", (double) openDescriptors(system)));
            metrics.add(gauge("process_max_fds", "Limit of open file descriptors.",
                    (double) system.getMaxFileDescriptorCount()));
        }
        residentBytes().ifPresent(
                bytes -> metrics.add(gauge("process_resident_memory_bytes", "Resident memory.", (double) bytes)));
        return metrics;
    }

    private static long openDescriptors(UnixOperatingSystemMXBean system) {
        try {
            return system.getOpenFileDescriptorCount();
        } catch (InternalError e) { // no descriptor left: the JDK opens a directory to count
            return system.getMaxFileDescriptorCount();
        }
    }

    private static OptionalLong residentBytes() {
        try (Stream<String> lines = Files.exists(STATUS) ? Files.lines(STATUS) : Stream.empty()) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                    .map(line -> line.substring(RESIDENT.length()).strip().split(" ")[0])
                    .mapToLong(kibibytes -> Long.parseLong(kibibytes) * KIB).findFirst();
        } catch (IOException | NumberFormatException e) {
            LOG.debug("{}: reading failed", STATUS, e);
            return OptionalLong.empty();
        }
    }

    private static List<MetricSnapshot> memoryMetrics() {
        var memory = ManagementFactory.getMemoryMXBean();
        var areas = new MetricFamily<>(List.of(
                Map.entry("heap", memory.getHeapMemoryUsage()), Map.entry("nonheap", memory.getNonHeapMemoryUsage())),
                area -> Labels.of("area", area.getKey()));
        var limited = new MetricFamily<>(areas.items().stream().filter(area -> area.getValue().getMax() >= 0).toList(),
                areas.labels());
        var buffers = new MetricFamily<>(ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class),
                pool -> Labels.of("pool", pool.getName()));
        return List.of(
                areas.gauge("jvm_memory_used_bytes", "Memory in use.", area -> area.getValue().getUsed()),
                areas.gauge("jvm_memory_committed_bytes", "Memory allocated from the operating system.",
                        area -> area.getValue().getCommitted()),
                limited.gauge("jvm_memory_max_bytes", "Limit of memory; absent if there is no limit.",
                        area -> area.getValue().getMax()),
                buffers.gauge("jvm_buffer_pool_used_bytes", "Memory of buffers outside the heap.",
                        BufferPoolMXBean::getMemoryUsed));
    }

    private static MetricSnapshot collectorMetrics() {
        List<SummaryDataPointSnapshot> points = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(ProcessMetrics::collections).toList();
        return new SummarySnapshot(new MetricMetadata("jvm_gc_collection_seconds",
                "Garbage collections and their duration.", Unit.SECONDS), points);
    }

    private static SummaryDataPointSnapshot collections(GarbageCollectorMXBean collector) {
        return SummaryDataPointSnapshot.builder().labels(Labels.of("gc", collector.getName()))
                .count(collector.getCollectionCount()).sum(collector.getCollectionTime() / MILLIS_PER_SECOND).build();
    }

    private static MetricSnapshot gauge(String name, String help, double value) {
        return MetricFamily.of(value).gauge(name, help, single -> single);
    }
}

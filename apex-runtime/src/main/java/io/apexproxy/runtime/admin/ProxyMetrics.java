package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.snapshot.Snapshot.BackendView;
import io.apexproxy.runtime.snapshot.Snapshot.EndedView;
import io.apexproxy.runtime.snapshot.Snapshot.LimitView;
import io.apexproxy.runtime.snapshot.Snapshot.ListenerView;
import io.apexproxy.runtime.snapshot.Snapshot.LoopView;
import io.apexproxy.runtime.snapshot.Snapshot.PoolView;
import io.apexproxy.runtime.snapshot.Snapshot.ProbesView;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The metrics of the proxy itself. Labels are names of the configuration and numbers of loops, so there are no more
 * time series than it has listeners, backends and threads, and what is removed from it is gone. {@code docs/metrics.md}
 * lists them.
 */
final class ProxyMetrics {

    private static final int KIB = 1024;
    private static final double MILLIS = 1_000;

    private ProxyMetrics() {
    }

    private record Backend(String pool, BackendView view) {
        private Labels labels() {
            return Labels.of("pool", pool, "backend", view.name());
        }
    }

    private record BackendInState(Backend backend, String state) {
        private Labels labels() {
            return backend.labels().add("state", state);
        }

        private boolean isTrue() {
            return backend.view().state().equals(state);
        }
    }

    private record Flow(Backend backend, String direction, long bytes) {
    }

    private record Buffers(LoopView loop, int bytes, long count) {
        private Labels labels() {
            return ProxyMetrics.labels(loop).add("size", bytes / KIB + "KiB");
        }
    }

    static Stream<MetricSnapshot> of(Snapshot snapshot) {
        List<Backend> backends = snapshot.pools().stream()
                .flatMap(pool -> pool.backends().stream().map(backend -> new Backend(pool.name(), backend))).toList();
        List<MetricSnapshot> metrics = new ArrayList<>();
        metrics.add(MetricFamily.info("apex_build", "1, with the versions of Apex and of Java as labels.",
                Labels.of("version", snapshot.version(), "java", Runtime.version().toString())));
        metrics.addAll(ofListeners(snapshot.listeners()));
        metrics.addAll(ofSessions(snapshot));
        metrics.addAll(ofPools(snapshot));
        metrics.addAll(ofBackends(backends));
        metrics.addAll(ofLimits(backends));
        metrics.addAll(ofProbes(snapshot.probes()));
        metrics.addAll(ofLoops(snapshot.loops()));
        metrics.addAll(ofConfiguration(snapshot.reload()));
        return metrics.stream();
    }

    private static List<MetricSnapshot> ofListeners(List<ListenerView> views) {
        var listeners = new MetricFamily<>(views, listener -> Labels.of("listener", listener.name()));
        return List.of(
                listeners.gauge("apex_listener_connections_limit",
                        "max_connections of the listener; +Inf: it has no limit of its own.",
                        listener -> limit(listener.limit())),
                listeners.gauge("apex_listener_connections_waiting",
                        "Connections that were accepted and wait at a limit.", ListenerView::waiting),
                listeners.histogram("apex_listener_connection_seconds",
                        "Time from the accept of a connection to its end.", ListenerView::durations),
                listeners.counter("apex_listener_connections", "Connections accepted.", ListenerView::accepted),
                listeners.gauge("apex_listener_connections_active", "Connections open now.", ListenerView::connections),
                listeners.counter("apex_listener_accept_errors",
                        "Attempts to accept a connection that failed, mostly for lack of file descriptors.",
                        ListenerView::acceptErrors));
    }

    /** The value of a limit for which 0 means that there is none: a comparison with it is never true then. */
    private static double limit(int limit) {
        return limit == 0 ? Double.POSITIVE_INFINITY : limit;
    }

    private static List<MetricSnapshot> ofPools(Snapshot snapshot) {
        var pools = new MetricFamily<>(snapshot.pools(), pool -> Labels.of("pool", pool.name()));
        Map<Labels, Integer> removed = new LinkedHashMap<>(); // a name may have been removed more than once
        snapshot.removed().forEach(backend -> removed.merge(
                Labels.of("pool", backend.pool(), "backend", backend.name()), backend.connections(), Integer::sum));
        return List.of(
                pools.gauge("apex_pool_backends", "Backends of the pool, whatever their health.",
                        pool -> pool.backends().size()),
                pools.gauge("apex_pool_backends_up", "Backends of the pool that take new connections.", PoolView::up),
                new MetricFamily<>(List.copyOf(removed.entrySet()), Map.Entry::getKey).gauge(
                        "apex_removed_backend_connections_active",
                        "Connections of backends that are no longer configured.", Map.Entry::getValue));
    }

    private static List<MetricSnapshot> ofLimits(List<Backend> views) {
        var backends = new MetricFamily<>(views, Backend::labels);
        return List.of(
                backends.gauge("apex_backend_weight", "Weight of the backend.", backend -> backend.view().weight()),
                backends.gauge("apex_backend_connections_limit",
                        "max_connections of the backend; +Inf: it has no limit.",
                        backend -> limit(backend.view().limit())));
    }

    private static double totalLimit(Snapshot snapshot) {
        return snapshot.limits().stream().filter(limit -> limit.kind().equals("total")).mapToDouble(LimitView::max)
                .findFirst().orElse(Double.POSITIVE_INFINITY);
    }

    private static List<MetricSnapshot> ofSessions(Snapshot snapshot) {
        var causes = new MetricFamily<>(List.copyOf(snapshot.endings().entrySet()),
                ending -> Labels.of("cause", ending.getKey()));
        var ended = new MetricFamily<>(snapshot.ended(),
                view -> Labels.of("listener", view.listener(), "pool", view.pool(), "cause", view.cause()));
        return List.of(
                ended.counter("apex_connections_ended",
                        "Connections ended, by the cause that the access log names.", EndedView::count),
                MetricFamily.of(snapshot).gauge("apex_connections_active", "Connections open now, of all listeners.",
                        Snapshot::connections),
                MetricFamily.of(snapshot).gauge("apex_connections_limit", "The ceiling of apex_connections_active.",
                        ProxyMetrics::totalLimit),
                causes.counter("apex_session_end", "Replaced by apex_connections_ended_total; not in version 0.3.",
                        Map.Entry::getValue),
                MetricFamily.of(snapshot).gauge("apex_connections_waiting",
                        "Connections that were accepted and wait at a limit.", Snapshot::waiting),
                MetricFamily.of(snapshot).gauge("apex_buffer_bytes",
                        "Memory in relay buffers in use; buffer_memory is its ceiling.", Snapshot::bufferBytes),
                MetricFamily.of(snapshot).gauge("apex_buffer_limit_bytes",
                        "The ceiling of apex_buffer_bytes: buffer_memory.", Snapshot::bufferLimitBytes),
                MetricFamily.of(snapshot).counter("apex_access_log_dropped",
                        "Lines of the access log that its output did not take in time.", Snapshot::accessLinesDropped),
                MetricFamily.of(snapshot).counter("apex_log_dropped",
                        "Lines of the log that its output did not take in time.", Snapshot::logLinesDropped));
    }

    private static List<MetricSnapshot> ofBackends(List<Backend> views) {
        var backends = new MetricFamily<>(views, Backend::labels);
        var states = new MetricFamily<>(views.stream().flatMap(backend -> BackendView.STATES.stream()
                .map(state -> new BackendInState(backend, state))).toList(), BackendInState::labels);
        var flows = new MetricFamily<>(views.stream().flatMap(ProxyMetrics::flows).toList(),
                flow -> flow.backend().labels().add("direction", flow.direction()));
        return List.of(
                backends.gauge("apex_backend_up",
                        "1 if the backend takes new connections: it is healthy, or has no health check; else 0.",
                        backend -> backend.view().serves() ? 1 : 0),
                states.gauge("apex_backend_state", "1 for the state that the backend has, 0 for the others.",
                        state -> state.isTrue() ? 1 : 0),
                backends.gauge("apex_backend_connections_active", "Connections open now, including those being made.",
                        backend -> backend.view().connections()),
                backends.counter("apex_backend_connections", "Connections made.",
                        backend -> backend.view().connected()),
                backends.counter("apex_backend_connect_errors",
                        "Connections that could not be made, timeouts included.",
                        backend -> backend.view().connectErrors()),
                backends.histogram("apex_backend_connect_seconds", "Time it took to make a connection.",
                        backend -> backend.view().connectTimes()),
                flows.counter("apex_backend_bytes",
                        "Bytes received: to_backend from clients, to_client from the backend.", Flow::bytes),
                backends.histogram("apex_health_probe_seconds",
                        "Time a health probe took to answer, whatever the answer; its timeout, if it did not.",
                        backend -> backend.view().probeTimes()));
    }

    private static Stream<Flow> flows(Backend backend) {
        return Stream.of(new Flow(backend, "to_backend", backend.view().bytesToBackend()),
                new Flow(backend, "to_client", backend.view().bytesToClient()));
    }

    private static List<MetricSnapshot> ofProbes(ProbesView view) {
        MetricFamily<ProbesView> probes = MetricFamily.of(view);
        return List.of(
                probes.gauge("apex_probes_running", "Health probes that run now.", ProbesView::running),
                probes.gauge("apex_probes_max", "Health probes that may run at the same time.", ProbesView::max),
                probes.gauge("apex_probes_waiting", "Health probes that wait until another one ends.",
                        ProbesView::waiting));
    }

    private static List<MetricSnapshot> ofLoops(List<LoopView> views) {
        var loops = new MetricFamily<>(views, ProxyMetrics::labels);
        var buffers = new MetricFamily<>(views.stream().flatMap(ProxyMetrics::buffers).toList(), Buffers::labels);
        return List.of(
                loops.histogram("apex_loop_turn_seconds",
                        "Time a turn of the event loop took, without the wait for events.", LoopView::turnTimes),
                loops.histogram("apex_loop_poll_delay_seconds",
                        "Time from an event to its dispatch, one sample a second.", LoopView::pollDelays),
                loops.sizes("apex_loop_turn_bytes", "Bytes received in a turn, of turns that received any.",
                        LoopView::turnBytes),
                loops.gauge("apex_loop_sessions", "Connections that the event loop serves.", LoopView::sessions),
                loops.gauge("apex_loop_blocked_sinks",
                        "Directions of connections whose receiver takes no more bytes for now.",
                        LoopView::blockedSinks),
                loops.gauge("apex_loop_memory_waits",
                        "Directions of connections that wait for buffer memory before they read.",
                        LoopView::memoryWaits),
                buffers.gauge("apex_loop_buffers", "Relay buffers in use, by size.", Buffers::count));
    }

    private static Labels labels(LoopView loop) {
        return Labels.of("loop", Integer.toString(loop.index()));
    }

    private static Stream<Buffers> buffers(LoopView loop) {
        return loop.buffers().entrySet().stream().map(size -> new Buffers(loop, size.getKey(), size.getValue()));
    }

    private static List<MetricSnapshot> ofConfiguration(Snapshot.ReloadView reload) {
        var results = new MetricFamily<>(
                List.of(Map.entry("success", reload.succeeded()), Map.entry("failure", reload.failed())),
                result -> Labels.of("result", result.getKey()));
        return List.of(
                results.counter("apex_config_reloads", "Changes of the configuration since the start.",
                        Map.Entry::getValue),
                MetricFamily.of(reload).gauge("apex_config_last_reload_timestamp_seconds",
                        "When the last change was tried, in seconds since 1970; the start, if there was none.",
                        view -> view.last().toEpochMilli() / MILLIS),
                MetricFamily.of(reload).gauge("apex_config_last_reload_successful",
                        "0 if the last change was refused and the configuration before it is in force, else 1.",
                        view -> view.error().isEmpty() ? 1 : 0));
    }
}

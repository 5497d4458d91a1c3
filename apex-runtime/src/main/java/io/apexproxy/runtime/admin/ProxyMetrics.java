package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.snapshot.Snapshot.BackendView;
import io.apexproxy.runtime.snapshot.Snapshot.EndedView;
import io.apexproxy.runtime.snapshot.Snapshot.LimitView;
import io.apexproxy.runtime.snapshot.Snapshot.ListenerView;
import io.apexproxy.runtime.snapshot.Snapshot.LoopView;
import io.apexproxy.runtime.snapshot.Snapshot.PoolView;
import io.apexproxy.runtime.snapshot.Snapshot.ProbesView;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Metrics of the proxy. Labels are configured names and loop numbers, so the number of listeners, backends and threads
 * bounds the number of time series. Removed items have no time series. {@code docs/metrics.md} lists the metrics.
 */
final class ProxyMetrics {

    private static final int KIB = 1024;
    private static final double MILLIS_PER_SECOND = 1_000;

    private ProxyMetrics() {
    }

    /** A backend of a pool. */
    record Backend(String pool, BackendView view) {
        Labels labels() {
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
        metrics.add(MetricFamily.info("apex_build",
                "Always 1; the labels are the versions of Apex and Java, and the engine.",
                Labels.of("version", snapshot.version(), "java", Runtime.version().toString(), "engine",
                        snapshot.engine())));
        metrics.addAll(listenerMetrics(snapshot.listeners()));
        metrics.addAll(AccessMetrics.of(snapshot.listeners()));
        metrics.addAll(sessionMetrics(snapshot));
        metrics.addAll(poolMetrics(snapshot));
        metrics.addAll(SourceMetrics.of(snapshot.pools()));
        metrics.addAll(backendMetrics(backends));
        metrics.addAll(backendLimitMetrics(backends));
        RotationMetrics.of(backends).forEach(metrics::add);
        metrics.addAll(probeMetrics(snapshot.probes()));
        metrics.addAll(loopMetrics(snapshot.loops()));
        metrics.addAll(TlsMetrics.of(snapshot.tls()));
        metrics.addAll(reloadMetrics(snapshot.reload()));
        return metrics.stream();
    }

    private static List<MetricSnapshot> listenerMetrics(List<ListenerView> views) {
        var listeners = new MetricFamily<>(views, listener -> Labels.of("listener", listener.name()));
        return List.of(
                listeners.gauge("apex_listener_connections_limit",
                        "max_connections of the listener; +Inf if it has no limit of its own.",
                        listener -> limit(listener.limit())),
                listeners.gauge("apex_listener_connections_waiting",
                        "Accepted connections that wait because a limit is reached.", ListenerView::waiting),
                listeners.histogram("apex_listener_connection_seconds",
                        "Time from the accept to the end of a connection.", ListenerView::durations),
                listeners.counter("apex_listener_connections", "Accepted connections.", ListenerView::accepted),
                listeners.gauge("apex_listener_connections_active", "Open connections.", ListenerView::connections),
                listeners.counter("apex_listener_accept_errors",
                        "Failed accepts of connections, mostly for lack of file descriptors.",
                        ListenerView::acceptErrors));
    }

    /** Returns the value of a limit: infinity for 0, which means no limit, so that no value reaches it. */
    private static double limit(int limit) {
        return limit == 0 ? Double.POSITIVE_INFINITY : limit;
    }

    private static List<MetricSnapshot> poolMetrics(Snapshot snapshot) {
        var pools = new MetricFamily<>(snapshot.pools(), pool -> Labels.of("pool", pool.name()));
        Map<Labels, Integer> removed = new LinkedHashMap<>(); // a name can be removed more than once
        snapshot.removed().forEach(backend -> removed.merge(
                Labels.of("pool", backend.pool(), "backend", backend.name()), backend.connections(), Integer::sum));
        return List.of(
                pools.gauge("apex_pool_backends", "Backends of the pool in any state of health.",
                        pool -> pool.backends().size()),
                pools.gauge("apex_pool_backends_up", "Backends of the pool that receive new connections.",
                        PoolView::up),
                pools.gauge("apex_pool_queue", "Connections that wait because all backends are full.",
                        pool -> pool.queue().waiting()),
                pools.histogram("apex_pool_queue_seconds", "Time that connections spent in the queue of the pool.",
                        pool -> pool.queue().times()),
                new MetricFamily<>(List.copyOf(removed.entrySet()), Map.Entry::getKey).gauge(
                        "apex_removed_backend_connections_active",
                        "Open connections of backends that are no longer configured.", Map.Entry::getValue));
    }

    private static List<MetricSnapshot> backendLimitMetrics(List<Backend> views) {
        var backends = new MetricFamily<>(views, Backend::labels);
        return List.of(
                backends.gauge("apex_backend_weight", "Weight of the backend.", backend -> backend.view().weight()),
                backends.gauge("apex_backend_connections_limit",
                        "max_connections of the backend; +Inf if it has no limit.",
                        backend -> limit(backend.view().limit())));
    }

    private static double totalLimit(Snapshot snapshot) {
        return snapshot.limits().stream().filter(limit -> limit.kind().equals("total")).mapToDouble(LimitView::max)
                .findFirst().orElse(Double.POSITIVE_INFINITY);
    }

    private static List<MetricSnapshot> sessionMetrics(Snapshot snapshot) {
        var causes = new MetricFamily<>(List.copyOf(snapshot.endings().entrySet()),
                ending -> Labels.of("cause", ending.getKey()));
        var ended = new MetricFamily<>(snapshot.ended(),
                view -> Labels.of("listener", view.listener(), "pool", view.pool(), "cause", view.cause()));
        return List.of(
                ended.counter("apex_connections_ended",
                        "Ended connections, by the cause in the access log.", EndedView::count),
                MetricFamily.of(snapshot).gauge("apex_ready",
                        "1 while all listeners accept; 0 during the start and after a request to stop.",
                        proxy -> proxy.readiness().phase() == Snapshot.Phase.SERVING ? 1 : 0),
                MetricFamily.of(snapshot).gauge("apex_connections_active", "Open connections of all listeners.",
                        Snapshot::connections),
                MetricFamily.of(snapshot).gauge("apex_connections_limit", "Limit of apex_connections_active.",
                        ProxyMetrics::totalLimit),
                causes.counter("apex_session_end", "Deprecated, use apex_connections_ended_total; removed in 0.3.",
                        Map.Entry::getValue),
                MetricFamily.of(snapshot).gauge("apex_connections_waiting",
                        "Accepted connections that wait because a limit is reached.", Snapshot::waiting),
                MetricFamily.of(snapshot).gauge("apex_buffer_bytes",
                        "Memory of relay buffers in use; buffer_memory limits it.", Snapshot::bufferBytes),
                MetricFamily.of(snapshot).gauge("apex_buffer_limit_bytes",
                        "Limit of apex_buffer_bytes: buffer_memory.", Snapshot::bufferLimitBytes),
                MetricFamily.of(snapshot).counter("apex_access_log_dropped",
                        "Access log lines dropped because the output failed or was too slow.",
                        Snapshot::accessLinesDropped),
                MetricFamily.of(snapshot).counter("apex_log_dropped",
                        "Log lines dropped because the output failed or was too slow.", Snapshot::logLinesDropped));
    }

    private static List<MetricSnapshot> backendMetrics(List<Backend> views) {
        var backends = new MetricFamily<>(views, Backend::labels);
        var states = new MetricFamily<>(views.stream().flatMap(backend -> BackendView.STATES.stream()
                .map(state -> new BackendInState(backend, state))).toList(), BackendInState::labels);
        var flows = new MetricFamily<>(views.stream().flatMap(ProxyMetrics::flows).toList(),
                flow -> flow.backend().labels().add("direction", flow.direction()));
        return List.of(
                backends.gauge("apex_backend_up",
                        "1 if the backend receives new connections, otherwise 0. Unchecked backends count as healthy.",
                        backend -> backend.view().serves() ? 1 : 0),
                states.gauge("apex_backend_state", "1 for the current state of the backend, 0 for the others.",
                        state -> state.isTrue() ? 1 : 0),
                backends.gauge("apex_backend_connections_active",
                        "Open connections, including those being established.",
                        backend -> backend.view().connections()),
                backends.counter("apex_backend_connections", "Established connections.",
                        backend -> backend.view().connected()),
                backends.counter("apex_backend_connect_errors",
                        "Failed attempts to connect, including timeouts.",
                        backend -> backend.view().connectErrors()),
                backends.histogram("apex_backend_connect_seconds", "Time to establish a connection.",
                        backend -> backend.view().connectTimes()),
                flows.counter("apex_backend_bytes",
                        "Bytes received from clients (to_backend) and from the backend (to_client).", Flow::bytes),
                backends.histogram("apex_health_probe_seconds",
                        "Duration of health probes, successful or not; the timeout if there was no response.",
                        backend -> backend.view().probeTimes()));
    }

    private static Stream<Flow> flows(Backend backend) {
        return Stream.of(new Flow(backend, "to_backend", backend.view().bytesToBackend()),
                new Flow(backend, "to_client", backend.view().bytesToClient()));
    }

    private static List<MetricSnapshot> probeMetrics(ProbesView view) {
        MetricFamily<ProbesView> probes = MetricFamily.of(view);
        return List.of(
                probes.gauge("apex_probes_running", "Running health probes.", ProbesView::running),
                probes.gauge("apex_probes_max", "Limit of concurrent health probes.", ProbesView::max),
                probes.gauge("apex_probes_waiting", "Health probes that wait for another probe to end.",
                        ProbesView::waiting));
    }

    private static List<MetricSnapshot> loopMetrics(List<LoopView> views) {
        var loops = new MetricFamily<>(views, ProxyMetrics::labels);
        var buffers = new MetricFamily<>(views.stream().flatMap(ProxyMetrics::buffers).toList(), Buffers::labels);
        return List.of(
                loops.histogram("apex_loop_turn_seconds",
                        "Duration of an event loop turn, without the wait for events.", LoopView::turnTimes),
                loops.histogram("apex_loop_poll_delay_seconds",
                        "Time from an event to its dispatch, one sample per second.", LoopView::pollDelays),
                loops.sizes("apex_loop_turn_bytes", "Bytes received per turn, for turns that received any.",
                        LoopView::turnBytes),
                loops.gauge("apex_loop_sessions", "Connections that the event loop serves.", LoopView::sessions),
                loops.gauge("apex_loop_blocked_sinks",
                        "Directions of connections whose receiver currently accepts no bytes.",
                        LoopView::blockedSinks),
                loops.gauge("apex_loop_memory_waits",
                        "Directions of connections that wait for buffer memory before they read.",
                        LoopView::memoryWaits),
                loops.gauge("apex_loop_pipes", "Pipes in use by long transfers.", LoopView::pipes),
                loops.counter("apex_loop_pipe_shortages",
                        "Reads of long transfers into a buffer, because the event loop had no more pipes.",
                        LoopView::missingPipes),
                buffers.gauge("apex_loop_buffers", "Relay buffers in use, by size.", Buffers::count));
    }

    private static Labels labels(LoopView loop) {
        return Labels.of("loop", Integer.toString(loop.index()));
    }

    private static Stream<Buffers> buffers(LoopView loop) {
        return loop.buffers().entrySet().stream().map(size -> new Buffers(loop, size.getKey(), size.getValue()));
    }

    private static List<MetricSnapshot> reloadMetrics(Snapshot.ReloadView reload) {
        var results = new MetricFamily<>(
                List.of(Map.entry("success", reload.succeeded()), Map.entry("failure", reload.failed())),
                result -> Labels.of("result", result.getKey()));
        return List.of(
                results.counter("apex_config_reloads", "Configuration reloads since the start.",
                        Map.Entry::getValue),
                MetricFamily.of(reload).gauge("apex_config_last_reload_timestamp_seconds",
                        "Time of the last reload, in seconds since 1970; the start if there was none.",
                        view -> view.last().toEpochMilli() / MILLIS_PER_SECOND),
                MetricFamily.of(reload).gauge("apex_config_last_reload_successful",
                        "0 if the last reload was rejected and the previous configuration is in force, otherwise 1.",
                        view -> view.error().isEmpty() ? 1 : 0));
    }
}

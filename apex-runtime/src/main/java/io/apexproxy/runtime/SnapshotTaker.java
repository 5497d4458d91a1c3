package io.apexproxy.runtime;

import io.apexproxy.runtime.buffer.BufferPool;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.log.DroppedLines;
import io.apexproxy.runtime.plugin.PluginListing;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.OutlierState;
import io.apexproxy.runtime.pool.backend.Traffic;
import io.apexproxy.runtime.pool.backend.Verdict;
import io.apexproxy.runtime.pool.health.ProbeLimit;
import io.apexproxy.runtime.rates.RateSampler;
import io.apexproxy.runtime.relay.Relay;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.relay.accept.Routing;
import io.apexproxy.runtime.relay.loop.LoopStats;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.routing.ClientTable;
import io.apexproxy.runtime.snapshot.AccessView;
import io.apexproxy.runtime.snapshot.RotationView;
import io.apexproxy.runtime.snapshot.RoutingView;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.snapshot.SourceView;
import io.apexproxy.runtime.snapshot.TlsView;
import io.apexproxy.runtime.source.SourceStatus;
import io.apexproxy.runtime.stats.LaneHistogram;
import java.lang.module.ModuleDescriptor;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The factory of snapshots. It does not block the event loops. Any thread. */
final class SnapshotTaker {

    private final Instant started = Instant.now();
    private final long startedNanos = System.nanoTime();
    private final String version = version();
    private final String engine;
    private final Deployment deployment;
    private final Relay relay;
    private final Limits limits;
    private final RateSampler rates;
    private final Supplier<String> drain;

    /**
     * Creates a factory.
     *
     * @param engine the name of the engine
     * @param drain returns the progress of the drain
     */
    SnapshotTaker(String engine, Deployment deployment, Relay relay, Limits limits, RateSampler rates,
            Supplier<String> drain) {
        this.engine = engine;
        this.deployment = deployment;
        this.relay = relay;
        this.limits = limits;
        this.rates = rates;
        this.drain = drain;
    }

    /** Returns the version of the module; {@code unknown} on a class path, which has no module descriptor. */
    static String version() {
        return Optional.ofNullable(SnapshotTaker.class.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion).orElse("unknown");
    }

    Snapshot take(Snapshot.Phase phase, Snapshot.ReloadView reload, ProviderRegistry registry) {
        Map<String, Long> causes = new TreeMap<>();
        relay.causes().forEach((Cause cause, Long count) -> causes.put(cause.label(), count));
        return new Snapshot(version, engine, started, Instant.now(),
                Duration.ofNanos(System.nanoTime() - startedNanos),
                readiness(phase), reload,
                deployment.listeners().values().stream().map(this::view).toList(),
                deployment.pools().values().stream().map(this::view).toList(),
                registry.listing().stream().map(SnapshotTaker::view).toList(),
                relay.loops().stream().map(SnapshotTaker::view).toList(),
                relay.active(), relay.waiting(), Collections.unmodifiableMap(causes), ended(), limits.views(),
                removed(),
                relay.memory().used(), relay.memory().ceiling(),
                relay.accessLinesDropped() + DroppedLines.accessCount(), DroppedLines.count(),
                view(deployment.probes()), tls(), rates.rates());
    }

    private TlsView tls() {
        List<String> unverified = deployment.pools().values().stream()
                .filter(pool -> pool.config().tls().filter(tls -> !tls.verify()).isPresent()).map(Pool::name).toList();
        return new TlsView(deployment.tls().certificates(), unverified, deployment.listeners().values().stream()
                .filter(listener -> listener.config().tls().isPresent()).map(SnapshotTaker::handshakes).toList());
    }

    /** Returns the readiness alone, in a time that does not depend on the number of backends. */
    Snapshot.Readiness readiness(Snapshot.Phase phase) {
        return new Snapshot.Readiness(phase, reason(phase));
    }

    private String reason(Snapshot.Phase phase) {
        return switch (phase) {
            case SERVING -> "";
            case DRAINING -> "draining: " + drain.get();
            case STARTING -> {
                String waiting = CleanText.list(deployment.pools().values().stream()
                        .filter(pool -> !pool.hasFirstVerdicts()).map(Pool::name).toList());
                yield waiting.isEmpty()
                        ? "starting: listeners are not open yet"
                        : "starting: no verdict yet for pool " + waiting;
            }
        };
    }

    private List<Snapshot.EndedView> ended() {
        List<Snapshot.EndedView> ended = new ArrayList<>();
        for (Listener listener : deployment.listeners().values()) {
            listener.ended().forEach((pool, causes) -> causes.sums().forEach(
                    (cause, count) -> ended.add(new Snapshot.EndedView(listener.name(), pool, cause.label(), count))));
        }
        return List.copyOf(ended);
    }

    private List<Snapshot.RemovedView> removed() {
        List<Snapshot.RemovedView> removed = new ArrayList<>();
        for (Pool pool : deployment.allPools()) {
            pool.removed().forEach(backend -> removed.add(new Snapshot.RemovedView(pool.name(), backend.name(),
                    backend.address(), backend.activeConnections())));
        }
        return List.copyOf(removed);
    }

    private Snapshot.ListenerView view(Listener listener) {
        Routing routing = listener.routing(); // a change of the configuration replaces it
        return new Snapshot.ListenerView(listener.name(), deployment.addresses(listener),
                listener.config().routing().pool().orElse(""),
                listener.active(), listener.connections().sum(), listener.acceptErrors().sum(), listener.limit().max(),
                listener.waiting(), view(listener.durations()), access(listener),
                new RoutingView(routing.pools(), routing.counts()));
    }

    private static TlsView.HandshakesView handshakes(Listener listener) {
        Map<String, Long> results = new LinkedHashMap<>();
        listener.handshakes().sums()
                .forEach((result, count) -> results.put(result.name().toLowerCase(Locale.ROOT), count));
        return new TlsView.HandshakesView(listener.name(), results, view(listener.handshakes().durations()));
    }

    private static AccessView access(Listener listener) {
        Map<String, Long> refused = new TreeMap<>();
        listener.refusals().sums().forEach((Cause cause, Long count) -> refused.put(cause.label(), count));
        ClientTable clients = listener.access().clients();
        return new AccessView(Collections.unmodifiableMap(refused), listener.opening().sum(), clients.entries(),
                clients.overflows());
    }

    private Snapshot.PoolView view(Pool pool) {
        return new Snapshot.PoolView(pool.name(),
                pool.backends().stream().map(backend -> view(pool, backend)).toList(),
                new Snapshot.QueueView(pool.queue().limit().active(), view(pool.queue().times())),
                deployment.source(pool).map(SnapshotTaker::view));
    }

    private static SourceView view(SourceStatus source) {
        return new SourceView(source.provider(), source.backends(), source.missing(), source.lastAnswer(),
                source.stale(), source.problem(), source.failures());
    }

    private static Snapshot.ProbesView view(ProbeLimit probes) {
        return new Snapshot.ProbesView(probes.running(), probes.max(), probes.waiting());
    }

    private static Snapshot.BackendView view(Pool pool, BackendState backend) {
        Verdict verdict = backend.verdict();
        Optional<OutlierState.Ejected> ejection = backend.outlier().current().filter(any -> isEjected(backend));
        Traffic traffic = backend.traffic();
        return new Snapshot.BackendView(backend.name(), backend.address(), backend.weight(),
                state(backend, verdict), reason(backend, ejection, verdict),
                ejection.map(OutlierState.Ejected::since).orElseGet(verdict::since),
                backend.activeConnections(), traffic.connections().sum(), traffic.connectErrors().sum(),
                traffic.toBackend().sum(), traffic.toClient().sum(),
                view(traffic.connectTimes()), view(backend.probeTimes()), backend.limit().max(),
                new RotationView(backend.isBackup(), pool.slowStartLeft(backend), backend.outlier().earlyCloses(),
                        backend.outlier().ejections(), traffic.slowConnects().sum()));
    }

    private static boolean isEjected(BackendState backend) {
        return backend.canServe() && backend.isUp() && backend.outlier().isEjected();
    }

    private static String reason(BackendState backend, Optional<OutlierState.Ejected> ejection, Verdict verdict) {
        if (!backend.isInMaintenance() && !backend.presence().reason().isEmpty()) {
            return backend.presence().reason();
        }
        return ejection.map(now -> now.reason() + "; until "
                + DateTimeFormatter.ISO_INSTANT.format(now.until().truncatedTo(ChronoUnit.SECONDS)))
                .orElseGet(verdict::reason);
    }

    private static String state(BackendState backend, Verdict verdict) {
        if (backend.isInMaintenance()) {
            return Snapshot.BackendView.MAINTENANCE;
        } else if (backend.weight() == 0 || backend.presence() == BackendConfig.Presence.MISSING) {
            return Snapshot.BackendView.DRAIN;
        } else if (backend.presence() == BackendConfig.Presence.STALE) {
            return Snapshot.BackendView.DOWN;
        } else if (isEjected(backend)) {
            return Snapshot.BackendView.EJECTED;
        }
        return switch (verdict.state()) {
            case UP -> Snapshot.BackendView.UP;
            case DOWN -> Snapshot.BackendView.DOWN;
            case UNKNOWN -> Snapshot.BackendView.UNKNOWN;
            case UNCHECKED -> Snapshot.BackendView.UNCHECKED;
        };
    }

    private static Snapshot.LoopView view(RelayLoop loop) {
        LoopStats stats = loop.stats();
        LaneHistogram bytes = stats.turnBytes();
        Map<Integer, Long> buffers = new TreeMap<>();
        for (int size = 0; size < BufferPool.SIZES; size++) {
            buffers.put(BufferPool.bytes(size), loop.buffers().countLent(size));
        }
        return new Snapshot.LoopView(loop.index(), stats.sessions(), view(stats.turnNanos()),
                view(stats.pollDelayNanos()), new Snapshot.SizesView(bytes.bounds(), bytes.counts(), bytes.sum()),
                stats.blockedSinks(), loop.memoryQueue().waiting(), stats.pipes(), stats.missingPipes(),
                Collections.unmodifiableMap(buffers));
    }

    private static Snapshot.HistogramView view(LaneHistogram histogram) {
        return new Snapshot.HistogramView(histogram.bounds(), histogram.counts(), histogram.sum());
    }

    private static Snapshot.PluginView view(PluginListing plugin) {
        return new Snapshot.PluginView(plugin.kind(), plugin.name(), plugin.module(), plugin.origin(),
                plugin.isLoaded(), plugin.isLoaded() ? plugin.description() : plugin.cause());
    }
}

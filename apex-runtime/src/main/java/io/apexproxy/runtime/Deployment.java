package io.apexproxy.runtime;

import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.plugin.PluginCloser;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.PoolContext;
import io.apexproxy.runtime.pool.health.ProbeLimit;
import io.apexproxy.runtime.pool.names.NameResolver;
import io.apexproxy.runtime.relay.Relay;
import io.apexproxy.runtime.relay.accept.ListenSocket;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.relay.accept.Routing;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running pools, listeners and listen sockets. A change of the configuration updates them in place.
 *
 * <p>{@link #apply} and {@link #close} may be called by one thread at a time. The maps are immutable and replaced as a
 * whole, so that any thread may read them.
 */
final class Deployment {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final int MAX_REMOVED_POOLS = 64;
    /** Period between checks of the files of Unix-domain sockets. Each check takes one system call per file. */
    private static final long FILE_CHECK_MILLIS = 1_000;
    /** Period between log lines about refused connections, and between removals of clients that are idle. */
    private static final long MAINTENANCE_MILLIS = 5_000;

    private final Relay relay;
    private final ListenSockets sockets;
    private final ScheduledExecutorService control;
    private final PluginCloser pluginCloser = new PluginCloser();
    private final Routers routers = new Routers(pluginCloser);
    private final ProbeLimit probes;
    private final PoolContext context;
    private volatile Map<String, Pool> pools = Map.of();
    private volatile Map<String, Listener> listeners = Map.of();
    /** The most recently removed pools that still had connections when they were removed. */
    private volatile List<Pool> removedPools = List.of();
    private final RunningTls tls = new RunningTls();
    private volatile Duration drainTimeout = Duration.ZERO;
    private volatile boolean stopped;

    Deployment(Relay relay, ScheduledExecutorService control, NameResolver resolver, int maxProbes) {
        this.relay = relay;
        this.sockets = new ListenSockets(relay);
        this.control = control;
        this.probes = new ProbeLimit(maxProbes);
        this.context = new PoolContext(control, resolver, pluginCloser, probes, relay.lanes(),
                relay.live()::abortSessionsOf, () -> drainTimeout, System::nanoTime, new SplittableRandom());
        control.scheduleWithFixedDelay(this::maintainListeners, MAINTENANCE_MILLIS, MAINTENANCE_MILLIS,
                TimeUnit.MILLISECONDS);
        control.scheduleWithFixedDelay(this::restoreFiles, FILE_CHECK_MILLIS, FILE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    Map<String, Pool> pools() {
        return pools;
    }

    Map<String, Listener> listeners() {
        return listeners;
    }

    /** Returns the configured pools and the removed pools that can still have connections. */
    List<Pool> allPools() {
        return Stream.concat(pools.values().stream(), removedPools.stream()).toList();
    }

    RunningTls tls() {
        return tls;
    }

    /** Returns the limit of concurrent probes, with its counts. */
    ProbeLimit probes() {
        return probes;
    }

    /** Returns the addresses that a listener is bound to. */
    List<SocketAddress> addresses(Listener listener) {
        return sockets.addresses(listener.config());
    }

    private void maintainListeners() {
        try {
            long now = context.nanoTime().getAsLong();
            listeners.values().forEach(listener -> listener.maintain(now));
        } catch (RuntimeException e) { // an exception would end the periodic calls
            LOG.error("failed to maintain the listeners", e);
        }
    }

    /** Binds Unix-domain sockets again whose file was removed or replaced. Any thread. */
    void restoreFiles() {
        try {
            sockets.restoreFiles(drainTimeout);
        } catch (RuntimeException e) { // an exception would end the periodic calls
            LOG.error("failed to check the files of Unix-domain sockets", e);
        }
    }

    /** Returns the running pools and routers, which a new configuration can keep. */
    PreparedConfig.Current current() {
        Map<String, PreparedConfig.CurrentPool> currentPools = onControl(() -> pools.values().stream()
                .collect(Collectors.toMap(Pool::name, pool -> new PreparedConfig.CurrentPool(pool.config(),
                        new PoolPlugins(pool.balancer(), pool.check())))));
        return new PreparedConfig.Current(currentPools, routers.current(listeners), tls.files());
    }

    /**
     * Applies a configuration and returns when new listeners accept. Removed sockets and pools are closed last, so that
     * every connection can be served at any time during the change.
     *
     * @throws UncheckedIOException if an address cannot be bound; then nothing has changed
     */
    void apply(PreparedConfig prepared) {
        try (ListenSockets.Change next = sockets.bind(prepared)) {
            apply(prepared, next);
        }
    }

    private void apply(PreparedConfig prepared, ListenSockets.Change nextSockets) {
        ProxyConfig config = prepared.config();
        drainTimeout = config.drainTimeout();
        Map<String, Pool> nextPools = onControl(() -> applyPools(prepared));
        Map<String, Pool> previousPools = pools;
        pools = union(nextPools, previousPools); // visible in snapshots while listeners wait for first verdicts
        List<CompletableFuture<Listener>> serving = config.listeners().stream()
                .map(listener -> serveAfterFirstVerdicts(listener,
                        Routers.parts(listener, prepared, nextPools), nextSockets))
                .toList();
        Map<String, Listener> nextListeners = new LinkedHashMap<>();
        serving.stream().map(CompletableFuture::join).forEach(listener -> nextListeners.put(listener.name(), listener));
        List<Pool> removed = previousPools.values().stream()
                .filter(pool -> !nextPools.containsKey(pool.name())).toList();
        routers.replace(prepared.routers(), nextListeners, listeners, config.drainTimeout());
        listeners = nextListeners;
        tls.commit(prepared);
        nextSockets.commit().forEach(socket -> socket.drain(config.drainTimeout()));
        restoreFiles();
        if (stopped) { // by another thread during this change
            stopListening();
        }
        onControl(() -> {
            removed.forEach(Pool::close);
            pools = nextPools;
            retain(removed);
            return removed;
        });
    }

    private void retain(List<Pool> removed) {
        List<Pool> kept = Stream.concat(removedPools.stream(), removed.stream())
                .filter(pool -> !pool.removed().isEmpty()).toList();
        removedPools = kept.subList(Math.max(0, kept.size() - MAX_REMOVED_POOLS), kept.size());
    }

    /** Returns all pools, removed ones last. {@link #close} closes these, too, if it is called during the change. */
    private static Map<String, Pool> union(Map<String, Pool> next, Map<String, Pool> previous) {
        Map<String, Pool> union = new LinkedHashMap<>(next);
        previous.forEach(union::putIfAbsent);
        return union;
    }

    private Map<String, Pool> applyPools(PreparedConfig prepared) {
        Map<String, Pool> next = new LinkedHashMap<>();
        for (PoolConfig config : prepared.config().pools()) {
            Pool pool = Optional.ofNullable(pools.get(config.name())).orElseGet(() -> new Pool(config.name(), context));
            PoolPlugins plugins = prepared.plugins(config);
            pool.setTls(prepared.tls().flatMap(setup -> setup.prepared().pool(config.name())));
            pool.apply(config, plugins.balancer(), plugins.check());
            next.put(config.name(), pool);
        }
        prepared.transferPlugins();
        return next;
    }

    /**
     * Starts a listener, or changes its routing, when its pools have their first verdicts. Listeners do not wait for
     * the pools of other listeners. After a wait the change runs on the control thread.
     */
    private CompletableFuture<Listener> serveAfterFirstVerdicts(ListenerConfig config, Routing.Parts parts,
            ListenSockets.Change bound) {
        CompletableFuture<?>[] verdicts = parts.pools().values().stream()
                .map(pool -> pool.firstVerdicts().toCompletableFuture()).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(verdicts).thenApply(known -> serve(config, parts, bound));
    }

    private Listener serve(ListenerConfig config, Routing.Parts parts, ListenSockets.Change bound) {
        Optional<Listener> existing = Optional.ofNullable(listeners.get(config.name()));
        existing.ifPresent(listener -> listener.configure(config, parts));
        Listener listener = existing.orElseGet(() -> relay.newListener(config, parts));
        for (ListenSocket socket : bound.of(config)) {
            socket.serve(listener);
            if (bound.isNew(socket)) {
                LOG.info("Proxy listening on {}", ListenSockets.text(socket));
            }
        }
        return listener;
    }

    /** Stops listening. Open sessions and connections in the kernel's accept queue are still served. */
    void stopListening() {
        stopped = true;
        sockets.drain(drainTimeout);
    }

    /** Closes accepted connections that wait at a limit. Call {@link #stopListening} first. */
    void closeWaitingConnections() {
        sockets.close();
    }

    /** Closes the pools and their plugins. Call it after the event loops have ended. */
    void close() {
        stopListening();
        onControl(() -> {
            pools.values().forEach(Pool::close);
            return pools;
        });
        routers.closeAll();
        tls.close();
        pluginCloser.close();
    }

    private <T> T onControl(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, control).join();
    }
}

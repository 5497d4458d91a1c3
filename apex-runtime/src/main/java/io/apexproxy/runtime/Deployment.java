package io.apexproxy.runtime;

import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.limit.DescriptorLimit;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.PoolContext;
import io.apexproxy.runtime.pool.PluginCloser;
import io.apexproxy.runtime.pool.health.ProbeLimit;
import io.apexproxy.runtime.pool.names.NameResolver;
import io.apexproxy.runtime.relay.Relay;
import io.apexproxy.runtime.relay.accept.ListenSocket;
import io.apexproxy.runtime.relay.accept.Listener;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
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
 * What is at work: pools, listeners and sockets, changed in place.
 *
 * <p>{@link #apply} and {@link #close} are called by one thread at a time; the maps are replaced as a whole, so that
 * anybody may look at them.
 */
final class Deployment {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final int MOST_REMOVED_POOLS = 64;
    /** From one look at the files of Unix-domain sockets to the next: a system call for each. */
    private static final long FILES_MILLIS = 1_000;

    private final Relay relay;
    private final ListenSockets sockets;
    private final ScheduledExecutorService control;
    private final PluginCloser pluginCloser = new PluginCloser();
    private final ProbeLimit probes;
    private final PoolContext context;
    private volatile Map<String, Pool> pools = Map.of();
    private volatile Map<String, Listener> listeners = Map.of();
    /** Pools that were removed and still had connections then, the most recent ones. */
    private volatile List<Pool> removedPools = List.of();
    private volatile Duration drainTimeout = Duration.ZERO;
    private volatile boolean stopped;

    Deployment(Relay relay, ScheduledExecutorService control, NameResolver resolver, int mostProbes) {
        this.relay = relay;
        this.sockets = new ListenSockets(relay);
        this.control = control;
        this.probes = new ProbeLimit(mostProbes);
        this.context = new PoolContext(control, resolver, pluginCloser, probes, relay.lanes(),
                relay::abortSessionsOf, System::nanoTime, new SplittableRandom());
        control.scheduleWithFixedDelay(this::restoreFiles, FILES_MILLIS, FILES_MILLIS, TimeUnit.MILLISECONDS);
    }

    Map<String, Pool> pools() {
        return pools;
    }

    Map<String, Listener> listeners() {
        return listeners;
    }

    /** Returns pools that were removed and may still have connections, and all others. */
    List<Pool> allPools() {
        return Stream.concat(pools.values().stream(), removedPools.stream()).toList();
    }

    /** The limit of concurrent probes, with its counts. */
    ProbeLimit probes() {
        return probes;
    }

    /** Where a listener listens. */
    List<SocketAddress> addresses(Listener listener) {
        return sockets.addresses(listener.config());
    }

    /** Binds Unix-domain sockets again whose file was removed or replaced. Any thread. */
    void restoreFiles() {
        try {
            sockets.restoreFiles(drainTimeout);
        } catch (RuntimeException e) { // an exception would end the periodic calls
            LOG.error("Failed to look at the files of Unix-domain sockets", e);
        }
    }

    /** The pools as the preparation of a change wants to know them. */
    Map<String, PreparedConfig.Present> present() {
        return onControl(() -> pools.values().stream().collect(Collectors.toMap(Pool::name,
                pool -> new PreparedConfig.Present(pool.config(), new PoolPlugins(pool.balancer(), pool.check())))));
    }

    /**
     * Changes what is at work into what was prepared, and returns when new listeners accept. What is removed goes last,
     * so that at each moment every connection has somewhere to go.
     *
     * @throws UncheckedIOException if an address cannot be listened on; then nothing has changed
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
        pools = both(nextPools, previousPools); // seen from now on, while listeners wait for their first verdicts
        List<CompletableFuture<Listener>> serving = config.listeners().stream()
                .map(listener -> whenPoolIsKnown(listener, nextPools.get(listener.pool()), nextSockets)).toList();
        Map<String, Listener> nextListeners = new LinkedHashMap<>();
        serving.stream().map(CompletableFuture::join).forEach(listener -> nextListeners.put(listener.name(), listener));
        List<Pool> removed = previousPools.values().stream()
                .filter(pool -> !nextPools.containsKey(pool.name())).toList();
        listeners = nextListeners;
        nextSockets.commit().forEach(socket -> socket.drain(config.drainTimeout()));
        restoreFiles();
        if (stopped) { // by who ends the proxy meanwhile
            stopListening();
        }
        onControl(() -> {
            removed.forEach(Pool::close);
            pools = nextPools;
            keep(removed);
            return removed;
        });
    }

    private void keep(List<Pool> removed) {
        List<Pool> kept = Stream.concat(removedPools.stream(), removed.stream())
                .filter(pool -> !pool.removed().isEmpty()).toList();
        removedPools = kept.subList(Math.max(0, kept.size() - MOST_REMOVED_POOLS), kept.size());
    }

    /** Those that go stand last; whoever ends the proxy now finds them, too. */
    private static Map<String, Pool> both(Map<String, Pool> next, Map<String, Pool> previous) {
        Map<String, Pool> both = new LinkedHashMap<>(next);
        previous.forEach(both::putIfAbsent);
        return both;
    }

    private Map<String, Pool> applyPools(PreparedConfig prepared) {
        Map<String, Pool> next = new LinkedHashMap<>();
        for (PoolConfig config : prepared.config().pools()) {
            Pool pool = Optional.ofNullable(pools.get(config.name())).orElseGet(() ->
                    new Pool(config.name(), context));
            PoolPlugins plugins = prepared.plugins(config);
            pool.apply(config, plugins.balancer(), plugins.check());
            next.put(config.name(), pool);
        }
        prepared.taken();
        return next;
    }

    /**
     * A listener changes to another pool, or begins to accept, when that pool knows who is healthy, or that nobody
     * is; whatever the pools of other listeners know. If it has to wait, it is the control thread that changes it.
     */
    private CompletableFuture<Listener> whenPoolIsKnown(ListenerConfig config, Pool pool,
            ListenSockets.Change bound) {
        return pool.firstVerdicts().thenApply(known -> serve(config, pool, bound)).toCompletableFuture();
    }

    private Listener serve(ListenerConfig config, Pool pool, ListenSockets.Change bound) {
        Optional<Listener> present = Optional.ofNullable(listeners.get(config.name()));
        present.ifPresent(listener -> listener.configure(config, pool));
        Listener listener = present.orElseGet(() -> relay.newListener(config, pool));
        for (ListenSocket socket : bound.of(config)) {
            socket.serve(listener);
            if (bound.isFresh(socket)) {
                LOG.info("Proxy listening on {}", text(socket));
            }
        }
        return listener;
    }

    private static String text(ListenSocket socket) {
        return socket.address() instanceof HostPort internet && socket.bound() instanceof InetSocketAddress bound
                ? new HostPort(internet.host(), bound.getPort()).toString() : socket.address().toString();
    }

    /** Stops listening; sessions go on, and connections that the kernel has queued are served. */
    void stopListening() {
        stopped = true;
        sockets.drain(drainTimeout);
    }

    /** Closes connections that were accepted and still wait at a limit; to be called when nothing is listened on. */
    void closeWaiting() {
        sockets.close();
    }

    /** Ends the pools and their plugins; called when no event loop asks them any more. */
    void close() {
        stopListening();
        onControl(() -> {
            pools.values().forEach(Pool::close);
            return pools;
        });
        pluginCloser.close();
    }

    private <T> T onControl(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, control).join();
    }
}

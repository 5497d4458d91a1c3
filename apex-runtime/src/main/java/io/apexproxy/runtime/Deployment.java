package io.apexproxy.runtime;

import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.PortRange;
import io.apexproxy.runtime.plugin.PluginCloser;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.PoolContext;
import io.apexproxy.runtime.pool.health.ProbeLimit;
import io.apexproxy.runtime.pool.names.NameResolver;
import io.apexproxy.runtime.relay.Relay;
import io.apexproxy.runtime.relay.accept.InheritedSockets;
import io.apexproxy.runtime.relay.accept.ListenSocket;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.relay.accept.Routing;
import io.apexproxy.runtime.source.BackendSources;
import io.apexproxy.runtime.source.SourceContext;
import io.apexproxy.runtime.source.SourceStatus;
import io.apexproxy.runtime.takeover.Handover;
import io.apexproxy.runtime.takeover.TakeoverException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
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
    private final DeployedPools pools;
    private volatile Map<String, Listener> listeners = Map.of();
    private final RunningTls tls = new RunningTls();
    private final BooleanSupplier isSuccessorActive;
    /** From the process that this one takes over, until the start is complete. */
    private volatile Handover handover = Handover.NONE;
    private volatile Duration drainTimeout = Duration.ZERO;
    private volatile boolean stopped;

    Deployment(Relay relay, InheritedSockets inherited, ScheduledExecutorService control,
            NameResolver resolver, int maxProbes, BooleanSupplier isSuccessorActive, Optional<Path> stateDirectory) {
        this.relay = relay;
        this.isSuccessorActive = isSuccessorActive;
        this.sockets = new ListenSockets(relay, inherited, this::isTakenOver);
        this.control = control;
        this.probes = new ProbeLimit(maxProbes);
        this.context = new PoolContext(control, resolver, pluginCloser, probes, relay.lanes(),
                relay.live(), () -> drainTimeout, System::nanoTime, new SplittableRandom(),
                (pool, backend) -> handover.verdict(pool, backend));
        this.pools = new DeployedPools(context, new BackendSources(new SourceContext(control, context.nanoTime(),
                context.random(), pluginCloser, stateDirectory)));
        control.scheduleWithFixedDelay(this::maintainListeners, MAINTENANCE_MILLIS, MAINTENANCE_MILLIS,
                TimeUnit.MILLISECONDS);
        control.scheduleWithFixedDelay(this::restoreFiles, FILE_CHECK_MILLIS, FILE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    Map<String, Pool> pools() {
        return pools.byName();
    }

    Map<String, Listener> listeners() {
        return listeners;
    }

    /** Returns the configured pools and the removed pools that can still have connections. */
    List<Pool> allPools() {
        return pools.all();
    }

    /** Returns the state of a pool's source; empty if it has none. */
    Optional<SourceStatus> source(Pool pool) {
        return pools.source(pool);
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

    /** Binds Unix-domain sockets again whose file was removed or replaced, but not by a successor. Any thread. */
    void restoreFiles() {
        if (isSuccessorActive.getAsBoolean()) {
            return;
        }
        try {
            sockets.restoreFiles(drainTimeout);
        } catch (RuntimeException e) { // an exception would end the periodic calls
            LOG.error("failed to check the files of Unix-domain sockets", e);
        }
    }

    /** Returns the running pools and routers, which a new configuration can keep. */
    PreparedConfig.Current current() {
        return new PreparedConfig.Current(onControl(pools::current), routers.current(listeners), tls.files());
    }

    /**
     * Starts the pools with the verdicts of the process that this one takes over, and waits for the others. Nothing is
     * bound before, because a bound socket gets connections. Then {@link #apply} binds beside that process.
     */
    void prepareTakeover(PreparedConfig prepared, Handover from) {
        handover = from;
        onControl(() -> pools.apply(prepared)).values()
                .forEach(pool -> pool.firstVerdicts().toCompletableFuture().join());
    }

    /** Returns whether the process that this one takes over can listen on an address. */
    boolean isTakenOver(Address address) {
        return handover.includes(address);
    }

    /** Forgets the process that this one has taken over. */
    void endTakeover() {
        handover = Handover.NONE;
    }

    /**
     * Returns what this process hands over to its successor.
     *
     * @throws TakeoverException if the successor could not listen
     */
    Handover handover(Optional<? extends SocketAddress> admin) {
        sockets.inherited().ifPresent(socket -> {
            throw new TakeoverException("its listening socket " + socket.description()
                    + " cannot be shared: restart it by its supervisor");
        });
        List<SocketAddress> addresses = new ArrayList<>(sockets.addresses());
        admin.ifPresent(addresses::add);
        return new Handover(Optional.of(Handover.Addresses.of(addresses)), pools.verdicts());
    }

    /**
     * Applies a configuration and returns when new listeners accept. Removed sockets and pools are closed last, so that
     * every connection can be served at any time during the change.
     *
     * @throws UncheckedIOException if an address cannot be bound; then nothing has changed
     */
    void apply(PreparedConfig prepared) {
        try (ListenChange next = sockets.bind(prepared)) {
            apply(prepared, next);
        }
    }

    private void apply(PreparedConfig prepared, ListenChange nextSockets) {
        ProxyConfig config = prepared.config();
        drainTimeout = config.drainTimeout();
        Map<String, Pool> nextPools = onControl(() -> pools.apply(prepared));
        List<CompletableFuture<Listener>> serving = config.listeners().stream()
                .map(listener -> serveAfterFirstVerdicts(listener,
                        Routers.parts(listener, prepared, nextPools), nextSockets))
                .toList();
        Map<String, Listener> nextListeners = new LinkedHashMap<>();
        serving.stream().map(CompletableFuture::join).forEach(listener -> nextListeners.put(listener.name(), listener));
        routers.replace(prepared.routers(), nextListeners, listeners, config.drainTimeout());
        listeners = nextListeners;
        tls.commit(prepared);
        sockets.commit(nextSockets).forEach(socket -> socket.drain(config.drainTimeout()));
        restoreFiles();
        if (stopped) { // by another thread during this change
            stopListening();
        }
        onControl(() -> pools.commit(nextPools));
    }

    /**
     * Starts a listener, or changes its routing, when its pools have their first verdicts. Listeners do not wait for
     * the pools of other listeners. After a wait the change runs on the control thread.
     */
    private CompletableFuture<Listener> serveAfterFirstVerdicts(ListenerConfig config, Routing.Parts parts,
            ListenChange bound) {
        CompletableFuture<?>[] verdicts = parts.pools().values().stream()
                .map(pool -> pool.firstVerdicts().toCompletableFuture()).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(verdicts).thenApply(known -> serve(config, parts, bound));
    }

    private Listener serve(ListenerConfig config, Routing.Parts parts, ListenChange bound) {
        Optional<Listener> existing = Optional.ofNullable(listeners.get(config.name()));
        existing.ifPresent(listener -> listener.configure(config, parts));
        Listener listener = existing.orElseGet(() -> relay.newListener(config, parts));
        List<String> opened = new ArrayList<>();
        for (ListenSocket socket : bound.of(config)) {
            socket.serve(listener);
            if (bound.isNew(socket)) {
                opened.add(ListenSockets.text(socket));
            }
        }
        PortRange.texts(opened).forEach(address -> LOG.info("Proxy listening on {}", address));
        return listener;
    }

    /** Stops listening. Open sessions and connections in the kernel's accept queue are still served. */
    void stopListening() {
        stopped = true;
        sockets.drain(drainTimeout);
    }

    /** Returns whether {@link #stopListening} was called. Any thread. */
    boolean isStopped() {
        return stopped;
    }

    /** Closes accepted connections that wait at a limit. Call {@link #stopListening} first. */
    void closeWaitingConnections() {
        sockets.close();
    }

    /** Closes the pools and their plugins. Call it after the event loops have ended. */
    void close() {
        stopListening();
        onControl(pools::close);
        routers.closeAll();
        tls.close();
        pluginCloser.close();
    }

    private void onControl(Runnable task) {
        CompletableFuture.runAsync(task, control).join();
    }

    private <T> T onControl(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, control).join();
    }
}

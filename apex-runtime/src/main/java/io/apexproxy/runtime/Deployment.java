package io.apexproxy.runtime;

import io.apexproxy.runtime.config.HostPort;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.pool.NameResolver;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.relay.ListenSocket;
import io.apexproxy.runtime.relay.Listener;
import io.apexproxy.runtime.relay.Relay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is at work: pools, listeners and sockets, changed in place.
 *
 * <p>{@link #apply} and {@link #close} are called by one thread at a time; the maps are replaced as a whole, so that anybody
 * may look at them.
 */
final class Deployment {

    private static final Logger LOG = LoggerFactory.getLogger("apex");

    private final Relay relay;
    private final ScheduledExecutorService control;
    private final NameResolver resolver;
    private volatile Map<String, Pool> pools = Map.of();
    private volatile Map<String, Listener> listeners = Map.of();
    private volatile Map<HostPort, ListenSocket> sockets = Map.of();
    private volatile boolean stopped;

    Deployment(Relay relay, ScheduledExecutorService control, NameResolver resolver) {
        this.relay = relay;
        this.control = control;
        this.resolver = resolver;
    }

    Map<String, Pool> pools() {
        return pools;
    }

    Map<String, Listener> listeners() {
        return listeners;
    }

    Map<HostPort, ListenSocket> sockets() {
        return sockets;
    }

    /** The pools as the preparation of a change wants to know them. */
    Map<String, Preparation.Present> present() {
        return onControl(() -> pools.values().stream().collect(Collectors.toMap(Pool::name,
                pool -> new Preparation.Present(pool.config(), new PoolPlugins(pool.balancer(), pool.check())))));
    }

    /**
     * Changes what is at work into what was prepared, and returns when new listeners accept. What is removed goes last, so
     * that at each moment every connection has somewhere to go.
     *
     * @throws UncheckedIOException if an address cannot be listened on; then nothing has changed
     */
    void apply(Preparation prepared) {
        ProxyConfig config = prepared.config();
        Map<HostPort, ListenSocket> nextSockets = bind(config);
        prepared.taken();
        Map<String, Pool> nextPools = onControl(() -> applyPools(prepared));
        Map<String, Pool> previousPools = pools;
        pools = nextPools; // seen from now on, also while listeners wait for their first verdicts
        Map<String, Listener> nextListeners = new LinkedHashMap<>();
        for (ListenerConfig listener : config.listeners()) {
            nextListeners.put(listener.name(), serve(listener, nextPools.get(listener.pool()), nextSockets));
        }
        sockets.values().stream().filter(socket -> !nextSockets.containsKey(socket.address())).forEach(ListenSocket::close);
        List<Pool> removed = previousPools.values().stream().filter(pool -> !nextPools.containsKey(pool.name())).toList();
        listeners = nextListeners;
        sockets = nextSockets;
        onControl(() -> {
            removed.forEach(Pool::close);
            return removed;
        });
    }

    /** The sockets of the next configuration in its order: present ones where the address stays, new ones elsewhere. */
    private Map<HostPort, ListenSocket> bind(ProxyConfig config) {
        Map<HostPort, ListenSocket> next = new LinkedHashMap<>();
        List<ListenSocket> bound = new ArrayList<>();
        for (ListenerConfig listener : config.listeners()) {
            for (HostPort address : listener.addresses()) {
                ListenSocket socket = sockets.get(address);
                if (socket == null) {
                    try {
                        socket = relay.bind(address);
                    } catch (IOException e) {
                        bound.forEach(ListenSocket::close);
                        throw new UncheckedIOException(
                                "listeners." + listener.name() + ": " + address + " " + bindFailure(e), e);
                    }
                    bound.add(socket);
                }
                next.put(address, socket);
            }
        }
        return next;
    }

    private static String bindFailure(IOException cause) {
        String message = Optional.ofNullable(cause.getMessage()).orElse(cause.toString());
        if (!(cause instanceof BindException)) {
            return "cannot be listened on: " + message;
        }
        if (message.contains("in use")) {
            return "is in use by another process";
        }
        if (message.contains("ermission")) {
            return "is not allowed: a port below 1024 needs a privilege (CAP_NET_BIND_SERVICE on Linux)";
        }
        return "is no address of this machine: " + message;
    }

    private Map<String, Pool> applyPools(Preparation prepared) {
        Map<String, Pool> next = new LinkedHashMap<>();
        for (PoolConfig config : prepared.config().pools()) {
            Pool pool = Optional.ofNullable(pools.get(config.name())).orElseGet(() ->
                    new Pool(config.name(), control, resolver, relay.lanes(), relay::abortSessionsOf));
            PoolPlugins plugins = prepared.plugins(config);
            pool.apply(config, plugins.balancer(), plugins.check());
            next.put(config.name(), pool);
        }
        return next;
    }

    /** A listener changes to another pool, or begins to accept, when that pool knows who is healthy, or that nobody is. */
    private Listener serve(ListenerConfig config, Pool pool, Map<HostPort, ListenSocket> bound) {
        CompletableFuture<Void> ready = pool.firstVerdicts().toCompletableFuture();
        ready.join();
        Optional<Listener> present = Optional.ofNullable(listeners.get(config.name()));
        present.ifPresent(listener -> listener.configure(config, pool));
        Listener listener = present.orElseGet(() -> relay.newListener(config, pool));
        for (HostPort address : config.addresses()) {
            ListenSocket socket = bound.get(address);
            socket.serve(listener);
            if (!sockets.containsKey(address)) {
                LOG.info("Proxy listening on {}", text(socket));
            }
        }
        return listener;
    }

    private static String text(ListenSocket socket) {
        return new HostPort(socket.address().host(), socket.bound().getPort()).toString();
    }

    /** Stops listening; sessions go on. */
    void stopListening() {
        stopped = true;
        sockets.values().forEach(ListenSocket::close);
    }

    boolean stopped() {
        return stopped;
    }

    void close() {
        stopListening();
        onControl(() -> {
            pools.values().forEach(Pool::close);
            return pools;
        });
    }

    private <T> T onControl(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, control).join();
    }
}

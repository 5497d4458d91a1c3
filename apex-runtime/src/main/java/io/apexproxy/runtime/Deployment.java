package io.apexproxy.runtime;

import io.apexproxy.runtime.config.Address;
import io.apexproxy.runtime.config.AdminConfig;
import io.apexproxy.runtime.config.HostPort;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.pool.NameResolver;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.PoolContext;
import io.apexproxy.runtime.pool.Retirement;
import io.apexproxy.runtime.relay.accept.ListenSocket;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.relay.Relay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    private static final int ANY_PORT = 0;
    private static final int NO_PORT = -1;

    private final Relay relay;
    private final ScheduledExecutorService control;
    private final Retirement retirement = new Retirement();
    private final PoolContext context;
    private volatile Map<String, Pool> pools = Map.of();
    private volatile Map<String, Listener> listeners = Map.of();
    private volatile Map<Place, ListenSocket> sockets = Map.of();
    private volatile Duration drainTimeout = Duration.ZERO;
    private volatile boolean stopped;

    Deployment(Relay relay, ScheduledExecutorService control, NameResolver resolver) {
        this.relay = relay;
        this.control = control;
        this.context = new PoolContext(control, resolver, retirement, relay.lanes(), relay::abortSessionsOf,
                System::nanoTime, new SplittableRandom());
    }

    /**
     * What a socket is found again by: its address, whichever listener it serves. Where that leaves the port open, each
     * has its own.
     */
    private record Place(Address address, String owner) {
        private static List<Place> of(ListenerConfig listener) {
            List<Address> addresses = listener.addresses();
            return IntStream.range(0, addresses.size()).mapToObj(index -> new Place(addresses.get(index),
                    port(addresses.get(index)) == ANY_PORT ? listener.name() + "/" + index : "")).toList();
        }
    }

    private static int port(Address address) {
        return address instanceof HostPort internet ? internet.port() : NO_PORT;
    }

    Map<String, Pool> pools() {
        return pools;
    }

    Map<String, Listener> listeners() {
        return listeners;
    }

    /** Where a listener listens. */
    List<SocketAddress> addresses(Listener listener) {
        return Place.of(listener.config()).stream().map(sockets::get).filter(Objects::nonNull).map(ListenSocket::bound)
                .toList();
    }

    /** The pools as the preparation of a change wants to know them. */
    Map<String, Preparation.Present> present() {
        return onControl(() -> pools.values().stream().collect(Collectors.toMap(Pool::name,
                pool -> new Preparation.Present(pool.config(), new PoolPlugins(pool.balancer(), pool.check())))));
    }

    /**
     * Changes what is at work into what was prepared, and returns when new listeners accept. What is removed goes last,
     * so that at each moment every connection has somewhere to go.
     *
     * @throws UncheckedIOException if an address cannot be listened on; then nothing has changed
     */
    void apply(Preparation prepared) {
        ProxyConfig config = prepared.config();
        drainTimeout = config.drainTimeout();
        Map<Place, ListenSocket> nextSockets = bind(config);
        Map<String, Pool> nextPools = onControl(() -> applyPools(prepared));
        Map<String, Pool> previousPools = pools;
        pools = both(nextPools, previousPools); // seen from now on, while listeners wait for their first verdicts
        List<CompletableFuture<Listener>> serving = config.listeners().stream()
                .map(listener -> whenPoolIsKnown(listener, nextPools.get(listener.pool()), nextSockets)).toList();
        Map<String, Listener> nextListeners = new LinkedHashMap<>();
        serving.stream().map(CompletableFuture::join).forEach(listener -> nextListeners.put(listener.name(), listener));
        List<ListenSocket> unused = new ArrayList<>(sockets.values());
        unused.removeAll(nextSockets.values());
        List<Pool> removed = previousPools.values().stream()
                .filter(pool -> !nextPools.containsKey(pool.name())).toList();
        listeners = nextListeners;
        sockets = nextSockets;
        unused.forEach(socket -> socket.drain(config.drainTimeout()));
        if (stopped) { // by who ends the proxy meanwhile
            stopListening();
        }
        onControl(() -> {
            removed.forEach(Pool::close);
            pools = nextPools;
            return removed;
        });
    }

    /** Those that go stand last; whoever ends the proxy now finds them, too. */
    private static Map<String, Pool> both(Map<String, Pool> next, Map<String, Pool> previous) {
        Map<String, Pool> both = new LinkedHashMap<>(next);
        previous.forEach(both::putIfAbsent);
        return both;
    }

    /** The sockets of the next configuration in its order: present ones where the address stays, new ones elsewhere. */
    private Map<Place, ListenSocket> bind(ProxyConfig config) {
        Map<Place, ListenSocket> next = new LinkedHashMap<>();
        List<ListenSocket> bound = new ArrayList<>();
        Set<Integer> givenUp = portsGivenUp(config);
        for (ListenerConfig listener : config.listeners()) {
            for (Place place : Place.of(listener)) {
                ListenSocket socket = sockets.get(place);
                if (socket == null) {
                    try {
                        socket = relay.bind(place.address(), listener.unixMode(),
                                givenUp.contains(port(place.address())));
                    } catch (IOException e) {
                        String cause = BindFailure.text(place.address(), e, own(bound, config));
                        bound.forEach(ListenSocket::close);
                        throw new UncheckedIOException(
                                "listeners." + listener.name() + ": " + place.address() + " " + cause, e);
                    }
                    bound.add(socket);
                }
                next.put(place, socket);
            }
        }
        return next;
    }

    /**
     * A change from 127.0.0.1:8081 to 0.0.0.0:8081, or to another word for the same, must not fail because of
     * ourselves.
     */
    private Set<Integer> portsGivenUp(ProxyConfig config) {
        Set<Place> wanted = config.listeners().stream().flatMap(listener -> Place.of(listener).stream())
                .collect(Collectors.toSet());
        return sockets.entrySet().stream().filter(socket -> !wanted.contains(socket.getKey()))
                .map(socket -> socket.getValue().bound()).filter(InetSocketAddress.class::isInstance)
                .map(bound -> ((InetSocketAddress) bound).getPort()).collect(Collectors.toSet());
    }

    /** Where this process listens, also for the admin endpoint, which is changed before. */
    private List<SocketAddress> own(List<ListenSocket> justBound, ProxyConfig config) {
        Stream<SocketAddress> listening = Stream.concat(sockets.values().stream(), justBound.stream())
                .map(ListenSocket::bound);
        Stream<SocketAddress> admin = config.admin().stream().map(AdminConfig::address)
                .map(address -> new InetSocketAddress(address.host(), address.port()));
        return Stream.concat(listening, admin).toList();
    }

    private Map<String, Pool> applyPools(Preparation prepared) {
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
            Map<Place, ListenSocket> bound) {
        return pool.firstVerdicts().thenApply(known -> serve(config, pool, bound)).toCompletableFuture();
    }

    private Listener serve(ListenerConfig config, Pool pool, Map<Place, ListenSocket> bound) {
        Optional<Listener> present = Optional.ofNullable(listeners.get(config.name()));
        present.ifPresent(listener -> listener.configure(config, pool));
        Listener listener = present.orElseGet(() -> relay.newListener(config, pool));
        for (Place place : Place.of(config)) {
            ListenSocket socket = bound.get(place);
            socket.serve(listener);
            if (!sockets.containsKey(place)) {
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
        sockets.values().forEach(socket -> socket.drain(drainTimeout));
    }

    /** Closes connections that were accepted and still wait at a limit; to be called when nothing is listened on. */
    void closeWaiting() {
        sockets.values().forEach(ListenSocket::close);
    }

    /** Ends the pools and their plugins; called when no event loop asks them any more. */
    void close() {
        stopListening();
        onControl(() -> {
            pools.values().forEach(Pool::close);
            return pools;
        });
        retirement.close();
    }

    private <T> T onControl(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, control).join();
    }
}

package io.apexproxy.runtime;

import com.sun.management.UnixOperatingSystemMXBean;
import io.apexproxy.runtime.buffer.BufferMemory;
import io.apexproxy.runtime.engine.ListenQueue;
import io.apexproxy.runtime.limit.HeapGrowth;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.health.ProbeLimit;
import io.apexproxy.runtime.relay.Relay;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.snapshot.Snapshot.LimitView;
import io.apexproxy.runtime.stats.ConnectionLimit;
import io.apexproxy.runtime.stats.LimitWatch;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits of a proxy, for the snapshot, and a periodic check that logs the limits that are reached.
 *
 * <p>{@link #run} is called every second on the control thread, so that the check costs nothing per connection. It
 * also logs a limit that was reached between two calls, if a connection was refused, and collects a heap that has
 * grown. {@link #views} may be called by any thread.
 */
final class Limits implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger("apex");

    /** Period of {@link #run}, in milliseconds. */
    static final long PERIOD_MILLIS = 1_000;

    private final Deployment deployment;
    private final Relay relay;
    private final Runnable heap;
    /** Only for limits that are reached, which are few even with thousands of backends. */
    private final IdentityHashMap<ConnectionLimit, LimitWatch> watches = new IdentityHashMap<>();

    Limits(Deployment deployment, Relay relay) {
        this.deployment = deployment;
        this.relay = relay;
        this.heap = HeapGrowth.ofThisProcess();
    }

    @Override
    public void run() {
        try {
            checkAll();
        } catch (RuntimeException e) { // an exception would end the periodic calls
            LOG.error("limits: the periodic check failed because of a defect in Apex", e);
        }
    }

    private void checkAll() {
        check("max_connections", relay.total(), this::waiting,
                "all listeners stop accepting until a connection ends");
        for (Listener listener : deployment.listeners().values()) {
            check("listeners." + listener.name() + ": max_connections", listener.limit(), () -> waiting(listener),
                    "the listener stops accepting until a connection ends");
        }
        for (Pool pool : deployment.pools().values()) {
            check("pools." + pool.name() + ": queue_limit", pool.queue().limit(), () -> "limit of "
                    + pool.queue().limit().max() + " waiting connections reached; further connections are refused"
                    + " until one gets a backend; raise max_connections of the backends or queue_limit if this lasts");
            for (BackendState backend : pool.backends()) {
                if (backend.limit().max() > 0) {
                    check("pools." + pool.name() + ": max_connections of " + backend, backend.limit(), () -> 0,
                            "the backend is not picked until a connection ends");
                }
            }
        }
        watches.values().forEach(LimitWatch::check);
        watches.values().removeIf(watch -> !watch.isReached());
        deployment.probes().check();
        relay.memory().watch().check();
        relay.descriptors().check();
        relay.handshakes().watch().check();
        heap.run();
    }

    private void check(String subject, ConnectionLimit limit, LongSupplier waiting, String consequence) {
        check(subject, limit, () -> "limit of " + limit.max() + " reached with " + limit.active() + " open; "
                + consequence + waiting(waiting.getAsLong()) + "; raise max_connections if this lasts");
    }

    private void check(String subject, ConnectionLimit limit, Supplier<String> situation) {
        if (limit.wasReached()) {
            watches.computeIfAbsent(limit, any -> new LimitWatch(subject)).reached(situation);
        }
    }

    private static String waiting(long count) {
        return count == 0 ? "" : ", " + count + (count == 1 ? " connection waits" : " connections wait");
    }

    /**
     * Returns the number of accepted connections that wait at a limit, plus those in the kernel's accept queue where
     * the kernel reports them.
     */
    private long waiting(Listener listener) {
        return listener.waiting() + ListenQueue.length(deployment.addresses(listener));
    }

    private long waiting() {
        Collection<Listener> listeners = deployment.listeners().values();
        return listeners.stream().mapToLong(Listener::waiting).sum() + ListenQueue.length(
                listeners.stream().flatMap(listener -> deployment.addresses(listener).stream()).toList());
    }

    List<LimitView> views() {
        List<LimitView> views = new ArrayList<>();
        add(views, "total", "", relay.total(), this::waiting);
        deployment.listeners().values().forEach(
                listener -> add(views, "listener", listener.name(), listener.limit(), () -> waiting(listener)));
        deployment.pools().values().forEach(pool -> pool.backends().forEach(
                backend -> add(views, "backend", pool.name() + "/" + backend.name(), backend.limit(), () -> 0)));
        deployment.pools().values().stream().filter(pool -> pool.config().queue().isOn())
                .forEach(pool -> add(views, "queue", pool.name(), pool.queue().limit(), () -> 0));
        ProbeLimit probes = deployment.probes();
        views.add(new LimitView("probes", "", probes.running(), probes.max(), probes.waiting(), probes.isReached()));
        BufferMemory memory = relay.memory();
        views.add(new LimitView("buffer-memory", "", memory.used(), memory.ceiling(), memory.waiting(),
                memory.isExhausted()));
        if (relay.descriptors().isReached()) { // counting them takes milliseconds and a descriptor
            long max = maxDescriptors();
            views.add(new LimitView("descriptors", "", max, max, 0, true));
        }
        return List.copyOf(views);
    }

    private static long maxDescriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount() : 0;
    }

    private static void add(List<LimitView> views, String kind, String name, ConnectionLimit limit,
            LongSupplier waiting) {
        if (limit.max() > 0) {
            boolean reached = limit.isReached();
            views.add(new LimitView(kind, name, limit.active(), limit.max(), reached ? waiting.getAsLong() : 0,
                    reached));
        }
    }
}

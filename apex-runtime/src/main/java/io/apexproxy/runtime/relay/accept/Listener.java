package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.relay.loop.SessionTimeouts;
import io.apexproxy.runtime.relay.record.CauseCounters;
import io.apexproxy.runtime.relay.record.HandshakeCounters;
import io.apexproxy.runtime.relay.record.Refusals;
import io.apexproxy.runtime.routing.AccessControl;
import io.apexproxy.runtime.stats.ConnectionLimit;
import io.apexproxy.runtime.stats.LaneCounter;
import io.apexproxy.runtime.stats.LaneHistogram;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener: its configuration, its routing and its counters. Any thread.
 *
 * <p>The sockets are separate ({@link ListenSocket}), so that an address can move to another listener without a close.
 */
public final class Listener implements SessionTimeouts {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    /** Bounds from a request on the same machine to a session of one day, in steps of about 4. */
    private static final long[] DURATION_NANOS = LongStream.of(1, 5, 25, 100, 500, 2_500, 10_000, 60_000, 300_000,
            1_800_000, 7_200_000, 28_800_000, 86_400_000).map(TimeUnit.MILLISECONDS::toNanos).toArray();
    /** The maximum number of former pools of the listener whose counters are kept. */
    private static final int MAX_FORMER_POOLS = 15;

    private final String name;
    private final ConnectionLimit limit;
    private final LaneCounter connections;
    private final LaneCounter acceptErrors;
    private final LaneHistogram durations;
    private final Refusals refusals;
    private final LaneCounter opening;
    private final HandshakeCounters handshakes;
    private final AccessControl access;
    private final AtomicInteger waiting = new AtomicInteger();
    private final int lanes;
    /** By pool name, oldest first. Copied on write by the configuration's thread. */
    private volatile Map<String, CauseCounters> ended = Map.of();
    private volatile ListenerConfig config;
    private volatile Routing routing;
    private final Runnable changeAction;
    private volatile long idleNanos;
    private volatile long halfClosedNanos;
    private volatile long firstBytesNanos;

    /**
     * Creates a listener. {@link ListenSocket#serve} starts to accept its connections.
     *
     * @param config the configuration
     * @param parts the pools and the router of that configuration
     * @param lanes the number of loops
     * @param nowNanos as {@link System#nanoTime}
     * @param changeAction runs after limits or timeouts have changed
     */
    public Listener(ListenerConfig config, Routing.Parts parts, int lanes, long nowNanos, Runnable changeAction) {
        this.name = config.name();
        this.limit = new ConnectionLimit(config.maxConnections());
        this.connections = new LaneCounter(lanes);
        this.acceptErrors = new LaneCounter(lanes);
        this.durations = new LaneHistogram(lanes, DURATION_NANOS);
        this.refusals = new Refusals(lanes);
        this.opening = new LaneCounter(lanes);
        this.handshakes = new HandshakeCounters(lanes);
        this.access = new AccessControl(config.access(), nowNanos);
        this.lanes = lanes;
        this.changeAction = changeAction;
        set(config, parts, Optional.empty());
    }

    /**
     * Changes the configuration. New limits and timeouts apply to all sessions, new routes only to connections for
     * which no pool is chosen yet.
     *
     * @param next the configuration, with the same name
     * @param parts the pools and the router of that configuration
     */
    public void configure(ListenerConfig next, Routing.Parts parts) {
        set(next, parts, Optional.of(routing));
        changeAction.run();
    }

    private void set(ListenerConfig next, Routing.Parts parts, Optional<Routing> previous) {
        config = next;
        Map<String, CauseCounters> current = new LinkedHashMap<>();
        routing = new Routing(next, parts, lanes, pool -> current.computeIfAbsent(pool, this::countersOf), previous);
        ended = withFormer(current);
        idleNanos = next.idleTimeout().toNanos();
        halfClosedNanos = next.halfClosedTimeout().toNanos();
        firstBytesNanos = next.access().firstBytesTimeout().toNanos();
        limit.change(next.maxConnections());
        access.configure(next.access());
    }

    private CauseCounters countersOf(String pool) {
        return Optional.ofNullable(ended.get(pool)).orElseGet(() -> new CauseCounters(lanes));
    }

    /** Returns the counters of the most recent former pools, then those of the current pools. */
    private Map<String, CauseCounters> withFormer(Map<String, CauseCounters> current) {
        Map<String, CauseCounters> all = new LinkedHashMap<>();
        List<String> former = ended.keySet().stream().filter(pool -> !current.containsKey(pool)).toList();
        former.subList(Math.max(0, former.size() - MAX_FORMER_POOLS), former.size())
                .forEach(pool -> all.put(pool, ended.get(pool)));
        all.putAll(current);
        return all;
    }

    /** Returns the name in the configuration. */
    public String name() {
        return name;
    }

    /** Returns the current configuration. */
    public ListenerConfig config() {
        return config;
    }

    /** Returns the number of open connections. */
    public int active() {
        return limit.active();
    }

    /** Returns the counter of admitted connections. */
    public LaneCounter connections() {
        return connections;
    }

    /** Returns the counter of failed accepts. */
    public LaneCounter acceptErrors() {
        return acceptErrors;
    }

    /** Returns the routing of connections for which no pool is chosen yet. */
    public Routing routing() {
        return routing;
    }

    /** Returns the numbers of ended connections by pool and cause. */
    public Map<String, CauseCounters> ended() {
        return ended;
    }

    /** Returns the durations of ended connections, in nanoseconds. */
    public LaneHistogram durations() {
        return durations;
    }

    /** Returns the counts of refused connections. */
    public Refusals refusals() {
        return refusals;
    }

    /** Returns the counter of connections whose first bytes are incomplete. */
    public LaneCounter opening() {
        return opening;
    }

    /** Returns the counts of TLS handshakes. */
    public HandshakeCounters handshakes() {
        return handshakes;
    }

    /** Returns the checks of clients. */
    public AccessControl access() {
        return access;
    }

    /**
     * Logs how many lines of refused connections the access log has omitted since the last call, and removes idle
     * clients from the table of limits. Called periodically.
     *
     * @param nowNanos as {@link System#nanoTime}
     */
    public void maintain(long nowNanos) {
        access.clients().expire(nowNanos);
        String omitted = refusals.takeOmitted();
        if (!omitted.isEmpty()) {
            LOG.info("listeners.{}: more connections refused: {}", name, omitted);
        }
    }

    /** Returns the limit of connections. */
    public ConnectionLimit limit() {
        return limit;
    }

    /** Returns the number of accepted connections that wait at a limit. */
    public int waiting() {
        return waiting.get();
    }

    void countWaiting(int change) {
        waiting.addAndGet(change);
    }

    /** Returns the timeout of the first bytes of a client, in nanoseconds. */
    public long firstBytesNanos() {
        return firstBytesNanos;
    }

    @Override
    public long idleNanos() {
        return idleNanos;
    }

    @Override
    public long halfClosedNanos() {
        return halfClosedNanos;
    }
}

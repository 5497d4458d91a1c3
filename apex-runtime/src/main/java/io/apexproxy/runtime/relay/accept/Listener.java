package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.relay.loop.SessionTimeouts;
import io.apexproxy.runtime.relay.record.CauseCounters;
import io.apexproxy.runtime.stats.ConnectionLimit;
import io.apexproxy.runtime.stats.LaneCounter;
import io.apexproxy.runtime.stats.LaneHistogram;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/**
 * A listener: its configuration, the pool of its connections, and how many there are.
 *
 * <p>Its sockets live in {@link ListenSocket}, so that an address can change hands without being closed. Any thread.
 */
public final class Listener implements SessionTimeouts {

    /** From a request on the same machine to a session of a day; in steps of about 4. */
    private static final long[] DURATION_NANOS = LongStream.of(1, 5, 25, 100, 500, 2_500, 10_000, 60_000, 300_000,
            1_800_000, 7_200_000, 28_800_000, 86_400_000).map(TimeUnit.MILLISECONDS::toNanos).toArray();
    /** Pools whose counters are kept after the listener was given another pool. */
    private static final int KEPT_POOLS = 16;

    private final String name;
    private final ConnectionLimit limit;
    private final LaneCounter connections;
    private final LaneCounter acceptErrors;
    private final LaneHistogram durations;
    private final AtomicInteger waiting = new AtomicInteger();
    private final int lanes;
    /** By the names of pools, the eldest first; replaced as a whole by the configuration's thread. */
    private volatile Map<String, CauseCounters> ended = Map.of();
    private volatile ListenerConfig config;
    private volatile Target target;
    private final Runnable changed;
    private volatile long idleNanos;
    private volatile long halfClosedNanos;

    /**
     * Where the connections of a listener go. They change together.
     *
     * @param pool the pool
     * @param ended counts the ends of the connections
     */
    public record Target(Pool pool, CauseCounters ended) {
    }

    /**
     * Creates a listener, which accepts nothing before a socket serves it.
     *
     * @param config the configuration
     * @param pool the pool of that configuration
     * @param lanes the number of loops
     * @param changed is called after limits or timeouts were changed
     */
    public Listener(ListenerConfig config, Pool pool, int lanes, Runnable changed) {
        this.name = config.name();
        this.limit = new ConnectionLimit(config.maxConnections());
        this.connections = new LaneCounter(lanes);
        this.acceptErrors = new LaneCounter(lanes);
        this.durations = new LaneHistogram(lanes, DURATION_NANOS);
        this.lanes = lanes;
        this.changed = changed;
        set(config, pool);
    }

    /**
     * Changes it in place: the limits and timeouts hold for its live sessions too, the pool for new ones.
     *
     * @param next the configuration, under the same name
     * @param nextPool the pool of that configuration
     */
    public void configure(ListenerConfig next, Pool nextPool) {
        set(next, nextPool);
        changed.run();
    }

    private void set(ListenerConfig next, Pool nextPool) {
        config = next;
        target = new Target(nextPool, countersOf(next.pool()));
        idleNanos = next.idleTimeout().toNanos();
        halfClosedNanos = next.halfClosedTimeout().toNanos();
        limit.change(next.maxConnections());
    }

    private CauseCounters countersOf(String poolName) {
        Map<String, CauseCounters> kept = new LinkedHashMap<>(ended);
        CauseCounters counters = kept.remove(poolName);
        counters = counters == null ? new CauseCounters(lanes) : counters;
        if (kept.size() >= KEPT_POOLS) {
            kept.remove(kept.keySet().iterator().next());
        }
        kept.put(poolName, counters);
        ended = kept;
        return counters;
    }

    /** Its name in the configuration. */
    public String name() {
        return name;
    }

    /** What it was last told to be. */
    public ListenerConfig config() {
        return config;
    }

    /** Connections that are open now. */
    public int active() {
        return limit.active();
    }

    /** Connections that were accepted. */
    public LaneCounter connections() {
        return connections;
    }

    /** Attempts to accept that failed. */
    public LaneCounter acceptErrors() {
        return acceptErrors;
    }

    /** Returns where new connections go. */
    public Target target() {
        return target;
    }

    /** Returns how many connections have ended, by pool and cause. */
    public Map<String, CauseCounters> ended() {
        return ended;
    }

    /** Returns how long connections lasted, in nanoseconds. */
    public LaneHistogram durations() {
        return durations;
    }

    /** Returns the limit of its connections. */
    public ConnectionLimit limit() {
        return limit;
    }

    /** Returns how many connections were accepted and wait at a limit. */
    public int waiting() {
        return waiting.get();
    }

    void countWaiting(int change) {
        waiting.addAndGet(change);
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

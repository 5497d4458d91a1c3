package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.stats.ConnectionLimit;
import io.apexproxy.runtime.stats.LaneCounter;
import io.apexproxy.runtime.pool.Pool;

/**
 * A named entrance: what the configuration says of it, where its connections go, and how many there are.
 *
 * <p>Its sockets live in {@link ListenSocket}, so that an address can change hands without being closed. Any thread.
 */
public final class Listener {

    private final String name;
    private final ConnectionLimit limit;
    private final LaneCounter connections;
    private final LaneCounter acceptErrors;
    private volatile ListenerConfig config;
    private volatile Pool pool;
    private volatile long idleMillis;
    private volatile long halfClosedMillis;

    Listener(ListenerConfig config, Pool pool, int lanes) {
        this.name = config.name();
        this.limit = new ConnectionLimit(config.maxConnections());
        this.connections = new LaneCounter(lanes);
        this.acceptErrors = new LaneCounter(lanes);
        configure(config, pool);
    }

    /**
     * Changes it in place: the limits and timeouts hold for its live sessions too, the pool for new ones.
     *
     * @param next the configuration, under the same name
     * @param nextPool the pool of that configuration
     */
    public void configure(ListenerConfig next, Pool nextPool) {
        config = next;
        pool = nextPool;
        idleMillis = next.idleTimeout().toMillis();
        halfClosedMillis = next.halfClosedTimeout().toMillis();
        limit.change(next.maxConnections());
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

    Pool pool() {
        return pool;
    }

    ConnectionLimit limit() {
        return limit;
    }

    long idleMillis() {
        return idleMillis;
    }

    long halfClosedMillis() {
        return halfClosedMillis;
    }
}

package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.stats.ConnectionLimit;
import io.apexproxy.runtime.stats.LaneCounter;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.relay.loop.SessionTimeouts;

/**
 * A listener: its configuration, the pool of its connections, and how many there are.
 *
 * <p>Its sockets live in {@link ListenSocket}, so that an address can change hands without being closed. Any thread.
 */
public final class Listener implements SessionTimeouts {

    private final String name;
    private final ConnectionLimit limit;
    private final LaneCounter connections;
    private final LaneCounter acceptErrors;
    private volatile ListenerConfig config;
    private volatile Pool pool;
    private final Runnable changed;
    private volatile long idleNanos;
    private volatile long halfClosedNanos;

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
        pool = nextPool;
        idleNanos = next.idleTimeout().toNanos();
        halfClosedNanos = next.halfClosedTimeout().toNanos();
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

    /** The pool of new connections. */
    public Pool pool() {
        return pool;
    }

    ConnectionLimit limit() {
        return limit;
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

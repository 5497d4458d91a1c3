package io.apexproxy.runtime.pool.backend;

import io.apexproxy.api.Backend;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.stats.ConnectionLimit;
import io.apexproxy.runtime.stats.LaneHistogram;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The live handle of a backend: its address, its limits, its health and its counters.
 *
 * <p>It outlives reloads that leave name and address as they are. All methods may be called from any thread.
 */
public final class BackendState implements Backend {

    /** Compared by identity only: this package does not know pools. */
    private final Object pool;
    /** The answer of each pick that finds this backend; a new one would be garbage of each connection. */
    private final Optional<BackendState> found = Optional.of(this);
    private final String name;
    private final SocketAddress address;
    private final ConnectionLimit connections;
    private final AtomicBoolean failureReported = new AtomicBoolean();
    private final Traffic traffic;
    private final LaneHistogram probeTimes = new LaneHistogram(1);
    private volatile int weight;
    private volatile Verdict verdict = Verdict.unknown();
    private volatile boolean offered;

    /**
     * Creates a backend whose health is unknown.
     *
     * @param pool the pool that it belongs to
     * @param name its name in the configuration, with the address if the name has several
     * @param address where it is; unresolved if its name has no address yet
     * @param config its weight and its limit
     * @param lanes how many event loops count
     */
    public BackendState(Object pool, String name, SocketAddress address, BackendConfig config, int lanes) {
        this.pool = pool;
        this.name = name;
        this.address = address;
        this.traffic = new Traffic(lanes);
        this.connections = new ConnectionLimit(config.maxConnections());
        configure(config);
    }

    /**
     * Takes over weight and limit from the configuration.
     *
     * @param config the new one; name and address are the same
     */
    public void configure(BackendConfig config) {
        weight = config.weight();
        connections.change(config.maxConnections());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public int weight() {
        return weight;
    }

    @Override
    public int activeConnections() {
        return connections.active();
    }

    /** Returns the limit of its connections. */
    public ConnectionLimit limit() {
        return connections;
    }

    /** Returns an optional with this backend, always the same object. */
    public Optional<BackendState> found() {
        return found;
    }

    /** What is held of its health now. */
    public Verdict verdict() {
        return verdict;
    }

    /** What went through it since it was configured. */
    public Traffic traffic() {
        return traffic;
    }

    /** How long its probes took to answer, up to their timeout; has one lane, for the control thread. */
    public LaneHistogram probeTimes() {
        return probeTimes;
    }

    /**
     * Changes what is held of its health.
     *
     * @param next the new verdict
     */
    public void judge(Verdict next) {
        verdict = next;
    }

    /**
     * Returns whether it is a backend of this pool.
     *
     * @param other a pool
     */
    public boolean belongsTo(Object other) {
        return pool == other;
    }

    /** Whether the configuration lets it have connections, and there is somewhere to connect to. */
    public boolean canServe() {
        return weight > 0 && !(address instanceof InetSocketAddress internet && internet.isUnresolved());
    }

    /** Whether its health lets it have connections: it is up, or not checked. */
    public boolean isUp() {
        Verdict.State state = verdict.state();
        return state == Verdict.State.UP || state == Verdict.State.UNCHECKED;
    }

    /**
     * Notes whether it is in the rotation in force. A search that still holds an earlier rotation sees so that a
     * backend has left it. The weight does not show it, because it changes before the rotation does.
     *
     * @param now whether it is in the rotation
     */
    public void offer(boolean now) {
        offered = now;
    }

    /** Whether it is in the rotation in force. */
    public boolean offered() {
        return offered;
    }

    /** Claims a connection, and returns whether there was a place; {@link #release} gives it back. */
    public boolean claim() {
        return connections.claim();
    }

    /** Gives back a connection that was claimed. */
    public void release() {
        connections.release();
    }

    /** Whether the caller is the one to report a failed connection; the others' reports would say the same. */
    public boolean claimFailureReport() {
        return failureReported.compareAndSet(false, true);
    }

    /** Notes that the report was taken: the next failed connection is reported again. */
    public void failureReportTaken() {
        failureReported.set(false);
    }

    @Override
    public String toString() {
        return name;
    }
}

package io.apexproxy.runtime.pool;

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

    private final Pool pool;
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

    BackendState(Pool pool, String name, SocketAddress address, BackendConfig config, int lanes) {
        this.pool = pool;
        this.name = name;
        this.address = address;
        this.traffic = new Traffic(lanes);
        this.connections = new ConnectionLimit(config.maxConnections());
        configure(config);
    }

    void configure(BackendConfig config) {
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

    Optional<BackendState> found() {
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

    void judge(Verdict next) {
        verdict = next;
    }

    boolean belongsTo(Pool other) {
        return pool == other;
    }

    /** Whether the configuration lets it have connections, and there is somewhere to connect to. */
    boolean canServe() {
        return weight > 0 && !(address instanceof InetSocketAddress internet && internet.isUnresolved());
    }

    boolean isUp() {
        Verdict.State state = verdict.state();
        return state == Verdict.State.UP || state == Verdict.State.UNCHECKED;
    }

    /**
     * Tells it whether it stands in the rotation in force. Who still holds an earlier rotation learns so that a backend
     * has left it; the weight cannot tell, as it changes before the rotation does.
     */
    void offer(boolean now) {
        offered = now;
    }

    boolean offered() {
        return offered;
    }

    /** Claims a connection, unless the backend is full. */
    boolean claim() {
        return connections.claim();
    }

    /** Gives back a connection that was claimed. */
    void release() {
        connections.release();
    }

    /** Whether the caller is the one to report a failed connection; the others' reports would say the same. */
    boolean claimFailureReport() {
        return failureReported.compareAndSet(false, true);
    }

    void failureReportTaken() {
        failureReported.set(false);
    }

    @Override
    public String toString() {
        return name;
    }
}

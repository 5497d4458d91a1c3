package io.apexproxy.runtime.pool.backend;

import io.apexproxy.api.Backend;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.ProxyVersion;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.protocol.proxy.ProxyHeaderEncoder;
import io.apexproxy.runtime.stats.ConnectionLimit;
import io.apexproxy.runtime.stats.LaneHistogram;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runtime state of a backend: its address, limit, health and counters.
 *
 * <p>It is kept across reloads that do not change its name and address. Thread-safe.
 */
public final class BackendState implements Backend {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");
    private static final byte[] NO_PREAMBLE = {};

    /** Compared by identity only, because this package does not depend on that of the pools. */
    private final Object pool;
    /** Created once, so that a pick allocates nothing. */
    private final Optional<BackendState> optional = Optional.of(this);
    private final String name;
    private final SocketAddress address;
    private final String host;
    private final boolean hasPortOfListener;
    private final ConnectionLimit connections;
    private final AtomicBoolean isFailureReported = new AtomicBoolean();
    private final Traffic traffic;
    private final Supplier<Optional<BackendTls>> probeTls;
    private final OutlierState outlier = new OutlierState();
    private final Overload overload = new Overload();
    private final LaneHistogram probeTimes = new LaneHistogram(1);
    private volatile int weight;
    private volatile boolean isInMaintenance;
    private volatile int tier;
    private volatile Map<String, String> attributes = Map.of();
    private volatile BackendConfig.Presence presence = BackendConfig.Presence.PRESENT;
    private volatile ProxyVersion probeHeader;
    private volatile Verdict verdict = Verdict.unknown();
    private volatile boolean isInRotation;

    /**
     * Creates a backend whose health is unknown.
     *
     * @param pool the pool that it belongs to
     * @param name its name in the configuration, with the address if the name has several
     * @param address its address; unresolved if its name has no address yet
     * @param config its weight and its limit
     * @param probeHeader the PROXY protocol header with which its health probes begin
     * @param probeTls the current TLS of its health probes; empty: none
     * @param lanes the number of event loops, each of which counts in its own lane
     */
    public BackendState(Object pool, String name, SocketAddress address, BackendConfig config,
            ProxyVersion probeHeader, Supplier<Optional<BackendTls>> probeTls, int lanes) {
        this.pool = pool;
        this.name = name;
        this.address = address;
        this.host = config.address() instanceof HostPort internet ? internet.host() : "";
        this.hasPortOfListener = config.address() instanceof HostPort shared && shared.isPortOfListener();
        this.probeTls = probeTls;
        this.traffic = new Traffic(lanes);
        this.connections = new ConnectionLimit(config.maxConnections());
        configure(config, probeHeader);
    }

    /** Sets weight, state, limit and header of probes from a configuration with the same name and address. */
    public void configure(BackendConfig config, ProxyVersion nextProbeHeader) {
        weight = config.weight();
        isInMaintenance = config.state() == BackendConfig.State.MAINTENANCE;
        tier = config.tier();
        attributes = config.attributes();
        presence = config.presence();
        probeHeader = nextProbeHeader;
        connections.change(config.maxConnections());
    }

    @Override
    public byte[] preamble(SocketAddress local) {
        return switch (probeHeader) {
            case OFF -> NO_PREAMBLE;
            case V1 -> ProxyHeaderEncoder.version1(local, address);
            case V2 -> ProxyHeaderEncoder.local();
        };
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    /** Returns the host in the configuration, a name or an IP address; empty for a Unix-domain socket. */
    public String host() {
        return host;
    }

    /** Returns whether connections of clients go to the port that the client has connected to. */
    public boolean hasPortOfListener() {
        return hasPortOfListener;
    }

    /**
     * Returns the address for the connection of a client.
     *
     * @param local the address of Apex that the client has connected to
     */
    public SocketAddress addressFor(SocketAddress local) {
        return hasPortOfListener && address instanceof InetSocketAddress own
                && local instanceof InetSocketAddress client
                        ? new InetSocketAddress(own.getAddress(), client.getPort()) : address;
    }

    /** Returns the port; 0 for a Unix-domain socket. */
    public int port() {
        return address instanceof InetSocketAddress internet ? internet.getPort() : 0;
    }

    /** Returns the current TLS of its health probes; empty: none. */
    public Optional<BackendTls> probeTls() {
        return probeTls.get();
    }

    @Override
    public int weight() {
        return weight;
    }

    @Override
    public Map<String, String> attributes() {
        return attributes;
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
    public Optional<BackendState> asOptional() {
        return optional;
    }

    /** Returns the current verdict on its health. */
    public Verdict verdict() {
        return verdict;
    }

    /** Returns the counters of its traffic. */
    public Traffic traffic() {
        return traffic;
    }

    /** Returns the response times of its probes, up to their timeout. One lane, written on the control thread. */
    public LaneHistogram probeTimes() {
        return probeTimes;
    }

    /** Sets the verdict on its health. */
    public void setVerdict(Verdict next) {
        verdict = next;
    }

    /** Returns whether it is a backend of this pool. */
    public boolean belongsTo(Object other) {
        return pool == other;
    }

    /** Returns whether it is in maintenance: no connections, no probes. */
    public boolean isInMaintenance() {
        return isInMaintenance;
    }

    /** Returns whether it is used only while no other backend of the pool can accept a connection. */
    public boolean isBackup() {
        return tier > 0;
    }

    /** Returns its tier; 0 for a primary. It is used only while no backend of a lower tier can accept a connection. */
    public int tier() {
        return tier;
    }

    /** Returns whether its source still reports it. */
    public BackendConfig.Presence presence() {
        return presence;
    }

    /** Returns whether its weight is positive, its address is resolved, and it is present and not in maintenance. */
    public boolean canServe() {
        return weight > 0 && !isInMaintenance && presence == BackendConfig.Presence.PRESENT
                && !(address instanceof InetSocketAddress internet && internet.isUnresolved());
    }

    /** Returns whether its health permits connections: it is up, or not checked. */
    public boolean isUp() {
        Verdict.State state = verdict.state();
        return state == Verdict.State.UP || state == Verdict.State.UNCHECKED;
    }

    /** Returns whether a probe has determined that it is up or down. */
    public boolean isProbed() {
        Verdict.State state = verdict.state();
        return state == Verdict.State.UP || state == Verdict.State.DOWN;
    }

    /**
     * Sets whether it is in the current rotation, so that a search with an earlier rotation does not pick it after it
     * has left. The weight is not sufficient for this, because it changes before the rotation.
     */
    public void setInRotation(boolean now) {
        isInRotation = now;
    }

    /** Returns whether it is in the current rotation. */
    public boolean isInRotation() {
        return isInRotation;
    }

    /** Returns its failures that probes do not show, and its ejection. */
    public OutlierState outlier() {
        return outlier;
    }

    /** Returns whether it is assumed to be overloaded. */
    public Overload overload() {
        return overload;
    }

    /** Claims a connection, to be released with {@link #release}. Returns {@code false} if the limit is reached. */
    public boolean claim() {
        return connections.claim();
    }

    /** Releases a claimed connection. */
    public void release() {
        connections.release();
    }

    /**
     * Reports a failed connection on the control thread, unless a report of this backend is in flight. Any thread.
     *
     * @param control the executor of the control thread; after its shutdown the report is ignored
     * @param count counts the failure
     */
    public void reportFailure(Executor control, Runnable count) {
        if (isFailureReported.compareAndSet(false, true)) {
            try {
                control.execute(() -> {
                    isFailureReported.set(false);
                    count.run();
                });
            } catch (RejectedExecutionException e) {
                LOG.trace("{}: connection failed after shutdown; ignored", name, e);
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

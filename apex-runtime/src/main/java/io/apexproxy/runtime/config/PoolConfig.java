package io.apexproxy.runtime.config;

import io.apexproxy.runtime.config.pool.SessionSettings;
import io.apexproxy.runtime.config.tls.PoolTls;
import io.apexproxy.runtime.config.tls.ProbeTls;
import io.apexproxy.runtime.config.tree.SettingGroup;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The validated configuration of a pool.
 *
 * @param name {@code web} for {@code [pools.web]}
 * @param backends the backends of the configuration, with distinct names and addresses; can be empty
 * @param loadBalancer the plugin that picks backends
 * @param healthCheck the plugin that probes backends, and its schedule
 * @param connectTimeout time limit of an attempt to connect
 * @param connectAttempts limit of different backends that are tried before the first byte is forwarded, at least 1
 * @param whenAllDown handling of new connections while no backend is healthy
 * @param sessions the ends that the pool gives to open connections
 * @param resolve the addresses of a backend's host name that are used
 * @param resolveInterval time from one lookup of a host name to the next
 * @param maxAddresses limit of addresses that are used per host name, at least 1
 * @param keepalive TCP keepalive of backend connections; empty if it is off
 * @param proxyProtocol the header with which backend connections begin
 * @param sourceAddress the local address of backend connections; empty: the kernel chooses it
 * @param tls the TLS of backend connections; empty: none
 * @param slowStart the time in which the share of a backend that joins the others rises to the full one; zero: at once
 * @param earlyClose a connection that the backend ends within this time and before its first byte counts as failed;
 *     zero: none does
 * @param queue the queue of connections that find all backends full
 * @param backendsFrom the source of further backends; empty: none
 * @param overrides the overrides of backends that the source finds, by name
 */
public record PoolConfig(
        String name,
        List<BackendConfig> backends,
        ProviderConfig loadBalancer,
        HealthCheckConfig healthCheck,
        Duration connectTimeout,
        int connectAttempts,
        WhenAllDown whenAllDown,
        SessionSettings sessions,
        Resolve resolve,
        Duration resolveInterval,
        int maxAddresses,
        Optional<Keepalive> keepalive,
        ProxyVersion proxyProtocol,
        Optional<InetAddress> sourceAddress,
        Optional<PoolTls> tls,
        Duration slowStart,
        Duration earlyClose,
        Queue queue,
        Optional<Discovery> backendsFrom,
        Map<String, Overrides.Entry> overrides) {

    /** Returns this pool with other backends of the configuration. */
    public PoolConfig withBackends(List<BackendConfig> others) {
        return with(others, overrides);
    }

    /** Returns this pool with other backends of the configuration, and with overrides of found ones. */
    PoolConfig with(List<BackendConfig> others, Map<String, Overrides.Entry> overridesOfFound) {
        return new PoolConfig(name, others, loadBalancer, healthCheck, connectTimeout, connectAttempts, whenAllDown,
                sessions, resolve, resolveInterval, maxAddresses, keepalive, proxyProtocol, sourceAddress, tls,
                slowStart, earlyClose, queue, backendsFrom, overridesOfFound);
    }

    /** Returns a backend that the source has found, with its overrides. */
    public BackendConfig overridden(BackendConfig found) {
        return Optional.ofNullable(overrides.get(found.name())).map(entry -> entry.applyTo(found)).orElse(found);
    }

    /** Creates the configuration of a pool without slow start, outlier detection, queue and source. */
    public PoolConfig(String name, List<BackendConfig> backends, ProviderConfig loadBalancer,
            HealthCheckConfig healthCheck, Duration connectTimeout, int connectAttempts, WhenAllDown whenAllDown,
            SessionSettings sessions, Resolve resolve, Duration resolveInterval, int maxAddresses,
            Optional<Keepalive> keepalive, ProxyVersion proxyProtocol, Optional<InetAddress> sourceAddress,
            Optional<PoolTls> tls) {
        this(name, backends, loadBalancer, healthCheck, connectTimeout, connectAttempts, whenAllDown, sessions,
                resolve, resolveInterval, maxAddresses, keepalive, proxyProtocol, sourceAddress, tls, Duration.ZERO,
                Duration.ZERO, Queue.OFF, Optional.empty(), Map.of());
    }

    /** Returns whether connections begin with the SSLRequest of PostgreSQL. */
    public boolean requestsTls() {
        return tls.filter(PoolTls::requestsTls).isPresent();
    }

    /** Returns the TLS of health probes. */
    public Optional<PoolTls> probeTls() {
        return tls.filter(any -> healthCheck.tls() == ProbeTls.AS_POOL);
    }

    /** Returns the header with which health probes begin. */
    public ProxyVersion probeHeader() {
        return healthCheck.proxyProtocol().version(proxyProtocol);
    }

    /** Handling of new connections while no backend is healthy. */
    public enum WhenAllDown {
        /** Closes them at once. */
        REFUSE,
        /** Forwards them to the backends as if all were healthy. */
        TRY_ALL
    }

    /**
     * The queue of connections that find all backends full.
     *
     * @param queueTimeout time limit of the wait of a connection; 0: connections do not wait
     * @param queueLimit limit of waiting connections, at least 1
     */
    public record Queue(Duration queueTimeout, int queueLimit) implements SettingGroup {

        /** The default of {@code queue_limit}: at most 3 MiB of waiting clients. */
        public static final int DEFAULT_LIMIT = 1_000;
        /** Connections do not wait. */
        public static final Queue OFF = new Queue(Duration.ZERO, DEFAULT_LIMIT);

        /** Returns whether connections wait. */
        public boolean isOn() {
            return !queueTimeout.isZero();
        }
    }

    /**
     * The source of backends, and the policy for its answers.
     *
     * @param source the plugin that finds backends
     * @param minInterval the shortest time from one look-up to the next, also if an answer is valid for less
     * @param maxInterval the longest time from one look-up to the next, also if an answer is valid for longer
     * @param startTimeout time limit of the wait of a start for the first answer
     * @param keepMissing the time from the first answer without a backend to its removal
     * @param keepStale the time without an answer after which the found backends get no new connections; empty: never
     * @param whenEmpty what an answer without backends means
     */
    public record Discovery(ProviderConfig source, Duration minInterval, Duration maxInterval, Duration startTimeout,
            Duration keepMissing, Optional<Duration> keepStale, WhenEmpty whenEmpty) {
    }

    /** What an answer without backends means. */
    public enum WhenEmpty {
        /** It is probably a fault of the source: the backends of the last answer stay in use. */
        KEEP,
        /** There are no backends. */
        EMPTY
    }

    /** The addresses of a backend's host name that are used. */
    public enum Resolve {
        /** All addresses; each is a separate backend. */
        ALL,
        /** One address, as long as the name resolves to it. */
        FIRST
    }
}

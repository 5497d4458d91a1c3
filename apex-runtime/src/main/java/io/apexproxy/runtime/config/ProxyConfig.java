package io.apexproxy.runtime.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A validated configuration.
 *
 * @param engine the engine of the event loops
 * @param threads number of event loops, at least 1
 * @param maxConnections limit of concurrent client connections of all listeners; 0 derives it from file descriptors and
 *     heap
 * @param bufferMemory limit of relay buffers in bytes; empty derives it from the memory of the process
 * @param drainTimeout time limit for open sessions to finish on shutdown, of listeners without their own
 * @param drainDelay time in which listeners still accept at the beginning of a shutdown; zero: none
 * @param tlsHandshakes limit of concurrent TLS handshakes with clients, at least 1
 * @param tlsProvider the name of the JSSE provider; empty: that of the JDK
 * @param controlSocket the control socket of the process
 * @param overrides the path of the file of overrides, as written; empty if there is none
 * @param stateDirectory the directory of stored answers of backend sources, as written; empty: that of the supervisor
 * @param accessLog the format of the access log
 * @param admin the admin endpoint; empty if there is none
 * @param listeners in source order; at least one, with distinct names and addresses
 * @param pools in source order, with distinct names
 */
public record ProxyConfig(
        EngineName engine,
        int threads,
        int maxConnections,
        OptionalLong bufferMemory,
        Duration drainTimeout,
        Duration drainDelay,
        int tlsHandshakes,
        Optional<String> tlsProvider,
        ControlSetting controlSocket,
        Optional<String> overrides,
        Optional<String> stateDirectory,
        AccessLogFormat accessLog,
        Optional<AdminConfig> admin,
        List<ListenerConfig> listeners,
        List<PoolConfig> pools) {

    /** The engines, and {@link #AUTO} for the fastest one that the process can have. */
    public enum EngineName {
        AUTO,
        SELECT,
        EPOLL,
        IO_URING;

        /** Returns the name in the configuration: the kernel's name of io_uring has an underscore. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns whether a listener or a pool uses TLS. */
    public boolean usesTls() {
        return listeners.stream().anyMatch(listener -> listener.tls().isPresent())
                || pools.stream().anyMatch(pool -> pool.tls().isPresent());
    }

    /**
     * Returns the configuration that is in force after a reload to this one: this configuration, with the engine, the
     * event loops, the buffer memory, the settings of TLS, the control socket and the directory of state of the one
     * before, which need a restart.
     */
    public ProxyConfig withStartSettingsOf(ProxyConfig before) {
        return new ProxyConfig(before.engine(), before.threads(), maxConnections, before.bufferMemory(), drainTimeout,
                drainDelay, before.tlsHandshakes(), before.tlsProvider(), before.controlSocket(), overrides,
                before.stateDirectory(), accessLog, admin, listeners, pools);
    }

    /** Returns this configuration with other pools. */
    public ProxyConfig withPools(List<PoolConfig> others) {
        return new ProxyConfig(engine, threads, maxConnections, bufferMemory, drainTimeout, drainDelay, tlsHandshakes,
                tlsProvider, controlSocket, overrides, stateDirectory, accessLog, admin, listeners, others);
    }
}

package io.apexproxy.runtime.config;

import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.tls.ListenerTls;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The validated configuration of a listener.
 *
 * @param name {@code web} for {@code [listeners.web]}
 * @param addresses the addresses to listen on, at least one
 * @param unixMode the file mode of Unix-domain sockets among the addresses; it controls which users can connect
 * @param routing the settings that decide which pool serves a connection
 * @param maxConnections limit of concurrent connections; 0 means no limit for this listener
 * @param idleTimeout time without a byte in either direction after which a connection ends
 * @param halfClosedTimeout time without a byte after which a half-closed connection ends
 * @param drainTimeout time limit for open connections to finish on shutdown; empty: that of the process
 * @param keepalive TCP keepalive of client connections; empty if it is off
 * @param abortOnClose whether a half-close before a backend has accepted the connection counts as a disconnect
 * @param access the settings that decide which clients are served
 * @param tls the TLS that the listener terminates; empty: it passes all bytes on
 */
public record ListenerConfig(
        String name,
        List<Address> addresses,
        Set<PosixFilePermission> unixMode,
        RoutingConfig routing,
        int maxConnections,
        Duration idleTimeout,
        Duration halfClosedTimeout,
        Optional<Duration> drainTimeout,
        Optional<Keepalive> keepalive,
        boolean abortOnClose,
        AccessConfig access,
        Optional<ListenerTls> tls) {

    /** Creates a listener that serves all clients from one pool, with defaults for the other settings. */
    public ListenerConfig(String name, List<Address> addresses, Set<PosixFilePermission> unixMode, String pool,
            int maxConnections, Duration idleTimeout, Duration halfClosedTimeout, Optional<Keepalive> keepalive) {
        this(name, addresses, unixMode, RoutingConfig.to(pool), maxConnections, idleTimeout, halfClosedTimeout,
                Optional.empty(), keepalive, false, AccessConfig.OPEN, Optional.empty());
    }

    /** Returns the port of its first address that has one; empty if there is none, or if it is any free port. */
    public Optional<Integer> firstPort() {
        return addresses.stream().filter(HostPort.class::isInstance).map(address -> ((HostPort) address).port())
                .findFirst().filter(port -> port > 0);
    }

    /**
     * Returns the time limit for open connections to finish on shutdown.
     *
     * @param ofProcess the time limit of listeners without their own
     */
    public Duration drainTimeout(Duration ofProcess) {
        return drainTimeout.orElse(ofProcess);
    }
}

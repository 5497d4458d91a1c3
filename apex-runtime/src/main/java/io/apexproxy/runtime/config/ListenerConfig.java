package io.apexproxy.runtime.config;

import io.apexproxy.runtime.config.address.Address;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A listener, validated.
 *
 * @param name {@code web} for {@code [listeners.web]}
 * @param addresses where to listen, at least one
 * @param unixMode who may connect to those of the addresses that are files
 * @param pool the name of an existing pool
 * @param maxConnections connections at the same time; 0: no limit of its own
 * @param idleTimeout after which a connection without a byte in either direction ends
 * @param halfClosedTimeout after which a connection ends that one side has finished and that no longer moves
 * @param keepalive TCP keepalive of connections to clients; empty: off
 * @param abortOnClose whether a client that half-closes its connection before a backend has accepted it has left
 */
public record ListenerConfig(
        String name,
        List<Address> addresses,
        Set<PosixFilePermission> unixMode,
        String pool,
        int maxConnections,
        Duration idleTimeout,
        Duration halfClosedTimeout,
        Optional<Keepalive> keepalive,
        boolean abortOnClose) {

    /** Creates a listener for which a client that half-closes its connection has not left. */
    public ListenerConfig(String name, List<Address> addresses, Set<PosixFilePermission> unixMode, String pool,
            int maxConnections, Duration idleTimeout, Duration halfClosedTimeout, Optional<Keepalive> keepalive) {
        this(name, addresses, unixMode, pool, maxConnections, idleTimeout, halfClosedTimeout, keepalive, false);
    }
}

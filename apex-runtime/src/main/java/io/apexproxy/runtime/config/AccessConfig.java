package io.apexproxy.runtime.config;

import io.apexproxy.runtime.config.address.NetworkSet;
import io.apexproxy.runtime.config.tree.SettingGroup;
import java.time.Duration;
import java.util.Optional;

/**
 * The validated settings of a listener that decide which clients it serves.
 *
 * @param proxyProtocol the peers that send PROXY protocol headers; empty: no peer
 * @param firstBytesTimeout time limit of everything that is read before a backend is sought
 * @param allow the permitted clients; empty: all
 * @param deny the refused clients, also if they are permitted
 * @param rate limit of new connections per second, with bursts of as many; 0: no limit
 * @param perClient the limits of each client
 */
public record AccessConfig(Optional<ProxyHeaderConfig> proxyProtocol, Duration firstBytesTimeout,
        NetworkSet allow, NetworkSet deny, int rate, ClientLimits perClient) implements SettingGroup {

    /** The default of {@code first_bytes_timeout}. */
    public static final Duration FIRST_BYTES_TIMEOUT = Duration.ofSeconds(10);

    /** All clients, without PROXY protocol and without limits. */
    public static final AccessConfig OPEN = new AccessConfig(Optional.empty(), FIRST_BYTES_TIMEOUT,
            NetworkSet.EMPTY, NetworkSet.EMPTY, 0, ClientLimits.NONE);

    /** Returns whether each client is served, so that connections need no checks. */
    public boolean isOpen() {
        return proxyProtocol.isEmpty() && allow.isEmpty() && deny.isEmpty() && rate == 0 && !perClient.isOn();
    }
}

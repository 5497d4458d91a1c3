package io.apexproxy.runtime.routing;

import io.apexproxy.runtime.config.AccessConfig;
import io.apexproxy.runtime.config.ProxyHeaderConfig;
import java.net.SocketAddress;

/**
 * The checks of a listener's clients: rules, rate and limits per client.
 *
 * <p>Any thread. {@link #configure} is called by one thread at a time.
 */
public final class AccessControl {

    private final ConnectionRate rate;
    private final ClientTable clients;
    private volatile AccessConfig config;
    /** Derived from the configuration, so that connections of an open listener read one field. */
    private volatile boolean isOpen;

    /**
     * Creates the checks of a configuration.
     *
     * @param nowNanos as {@link System#nanoTime}
     */
    public AccessControl(AccessConfig config, long nowNanos) {
        this.rate = new ConnectionRate(config.rate(), nowNanos);
        this.clients = new ClientTable(config.perClient());
        this.config = config;
        this.isOpen = config.isOpen();
    }

    /** Changes the configuration. Counts of open connections are kept. */
    public void configure(AccessConfig next) {
        rate.change(next.rate());
        clients.change(next.perClient());
        config = next;
        isOpen = next.isOpen();
    }

    /** Returns whether every client is permitted without a check. */
    public boolean isOpen() {
        return isOpen;
    }

    /**
     * Checks an accepted connection. If a header is expected, {@link #checkClient} follows it.
     *
     * @param nowNanos as {@link System#nanoTime}
     */
    public AccessResult checkPeer(SocketAddress peer, long nowNanos) {
        AccessConfig current = config;
        if (!rate.permits(nowNanos)) {
            return AccessResult.Refused.LISTENER_RATE;
        }
        if (current.proxyProtocol().isPresent()) {
            ProxyHeaderConfig header = current.proxyProtocol().get();
            if (header.from().contains(peer)) {
                return AccessResult.HeaderExpected.INSTANCE;
            }
            if (header.others() == ProxyHeaderConfig.Others.REFUSE) {
                return AccessResult.Refused.DENIED;
            }
        }
        return checkClient(peer, nowNanos);
    }

    /**
     * Checks a client by the address that the header claims, or else by that of the peer.
     *
     * @param nowNanos as {@link System#nanoTime}
     */
    public AccessResult checkClient(SocketAddress client, long nowNanos) {
        AccessConfig current = config;
        boolean isAllowed = current.allow().isEmpty() || current.allow().contains(client);
        if (!isAllowed || current.deny().contains(client)) {
            return AccessResult.Refused.DENIED;
        }
        return current.perClient().isOn() ? AccessResult.of(clients.claim(client, nowNanos))
                : AccessResult.Permitted.UNCOUNTED;
    }

    /** Returns the table of the limits per client, for its figures. */
    public ClientTable clients() {
        return clients;
    }
}

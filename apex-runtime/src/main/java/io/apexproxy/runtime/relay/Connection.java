package io.apexproxy.runtime.relay;

import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.relay.accept.Accepted;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses and the listener of a client's connection, for plugins and log lines.
 *
 * @param client the client's address
 * @param local the address that the client connected to
 * @param listener the name of the listener
 */
record Connection(SocketAddress client, SocketAddress local, String listener) implements ConnectionInfo {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    /**
     * Returns the description of an accepted connection.
     *
     * @throws IOException if the connection is already broken
     */
    static Connection of(Accepted accepted, String listener) throws IOException {
        // getLocalAddress() of a Unix-domain socket returns its temporary path
        SocketAddress local = accepted.listenAddress() instanceof UnixDomainSocketAddress file
                ? file : accepted.client().getLocalAddress();
        return new Connection(accepted.client().getRemoteAddress(), local, listener);
    }

    String clientText() {
        return Address.text(client);
    }

    void logAccepted() {
        if (LOG.isDebugEnabled()) {
            LOG.debug("Accepted connection from {}", clientText());
        }
    }

    /** Logs an unexpected exception that ended the session. */
    void logUnexpected(Throwable exception) {
        if (exception instanceof OutOfMemoryError) {
            LOG.error("listeners.{}: connection of {} closed: out of memory; lower buffer_memory or raise the memory"
                    + " limit of the process", listener, clientText());
        } else {
            LOG.error("listeners.{}: connection of {} closed: internal error", listener, clientText(), exception);
        }
    }
}

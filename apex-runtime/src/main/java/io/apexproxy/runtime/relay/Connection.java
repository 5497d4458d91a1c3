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
 * The facts about a client's connection, as plugins see them.
 *
 * @param client the client's address
 * @param local the address that the client connected to
 * @param listener the name of the listener
 */
record Connection(SocketAddress client, SocketAddress local, String listener) implements ConnectionInfo {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    /**
     * Returns the facts about a connection that was accepted.
     *
     * @throws IOException if the connection is broken already
     */
    static Connection of(Accepted accepted, String listener) throws IOException {
        // a Unix-domain socket is bound under another name than the one that clients connect to
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

    /** Logs an exception that is not expected and that ended the connection. */
    void logDefect(Throwable defect) {
        if (defect instanceof OutOfMemoryError) {
            LOG.error("listeners.{}: no memory for buffers: lower buffer_memory or give the process more", listener);
        } else {
            LOG.error("listeners.{}: a defect ended the connection of {}", listener, clientText(), defect);
        }
    }
}

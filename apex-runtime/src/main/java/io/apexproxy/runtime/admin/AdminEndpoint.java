package io.apexproxy.runtime.admin;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.apexproxy.runtime.config.AdminConfig;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The admin endpoint of a proxy, which opens, moves and closes with the configuration.
 *
 * <p>Thread-safe. The caller prepares and commits one change at a time.
 */
public final class AdminEndpoint implements AutoCloseable {

    private final AdminView view;
    @GuardedBy("this")
    private Optional<AdminServer> server = Optional.empty();
    @GuardedBy("this")
    private boolean closed;

    /** Creates an endpoint that does not listen. */
    public AdminEndpoint(AdminView view) {
        this.view = view;
    }

    /**
     * Prepares a change. When this method returns, a new address serves requests, in addition to the current one.
     *
     * @param next the new configuration; empty to close the endpoint
     * @param isShared whether the process that this one takes over can listen on the address
     * @return the change; {@link Change#close} undoes it if it was not committed
     * @throws UncheckedIOException if listening on the address fails; the message begins with the address
     */
    public synchronized Change prepare(Optional<AdminConfig> next, boolean isShared) {
        if (next.equals(server.map(AdminServer::config))) {
            return new Change(server);
        }
        return new Change(next.map(config -> AdminServer.open(config, view, isShared)));
    }

    private synchronized void replace(Optional<AdminServer> next) {
        Optional<AdminServer> previous = server;
        server = next;
        if (!previous.equals(next)) {
            previous.ifPresent(AdminServer::close);
        }
        if (closed) {
            next.ifPresent(AdminServer::close);
        }
    }

    /** Returns whether the endpoint listens. Any thread. */
    public synchronized boolean isOpen() {
        return server.isPresent();
    }

    /** Returns the bound address, with the actual port if the configuration has port 0; empty if closed. Any thread. */
    public synchronized Optional<InetSocketAddress> bound() {
        return server.map(AdminServer::bound);
    }

    private synchronized boolean isCurrent(AdminServer candidate) {
        return server.filter(candidate::equals).isPresent();
    }

    @Override
    public synchronized void close() {
        closed = true;
        server.ifPresent(AdminServer::close);
    }

    /** A prepared change. */
    public final class Change implements AutoCloseable {

        private final Optional<AdminServer> next;

        private Change(Optional<AdminServer> next) {
            this.next = next;
        }

        /** Applies the change: closes the previous address. */
        public void commit() {
            replace(next);
        }

        @Override
        public void close() {
            next.filter(opened -> !isCurrent(opened)).ifPresent(AdminServer::close);
        }
    }
}

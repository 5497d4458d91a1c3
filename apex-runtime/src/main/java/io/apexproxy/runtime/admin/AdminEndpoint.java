package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.config.AdminConfig;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * The admin endpoint of a proxy, as long as its configuration has one.
 *
 * <p>All methods may be called from any thread; changes are prepared and committed one at a time.
 */
public final class AdminEndpoint implements AutoCloseable {

    private final AdminView view;
    private Optional<AdminServer> server = Optional.empty();
    private boolean closed;

    /**
     * Creates an endpoint that does not listen.
     *
     * @param view the proxy, as the endpoint sees it
     */
    public AdminEndpoint(AdminView view) {
        this.view = view;
    }

    /**
     * Begins a change: a new address is listened on and answers when this returns, the present one goes on as well.
     *
     * @param next what the endpoint is to be; empty: there is to be none
     * @return the change, to be closed; unless it was committed before, that undoes it
     * @throws UncheckedIOException if the address cannot be listened on; the message begins with the address and says
     *     why
     */
    public synchronized Change prepare(Optional<AdminConfig> next) {
        if (next.equals(server.map(AdminServer::config))) {
            return new Change(server);
        }
        return new Change(next.map(config -> AdminServer.open(config, view)));
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

    private synchronized boolean isCurrent(AdminServer one) {
        return server.filter(one::equals).isPresent();
    }

    @Override
    public synchronized void close() {
        closed = true;
        server.ifPresent(AdminServer::close);
    }

    /** A change that is under way. */
    public final class Change implements AutoCloseable {

        private final Optional<AdminServer> next;

        private Change(Optional<AdminServer> next) {
            this.next = next;
        }

        /** Makes it final: the previous address is left. */
        public void commit() {
            replace(next);
        }

        @Override
        public void close() {
            next.filter(opened -> !isCurrent(opened)).ifPresent(AdminServer::close);
        }
    }
}

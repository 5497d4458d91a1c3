package io.apexproxy.runtime.probe;

import io.apexproxy.api.Backend;
import io.apexproxy.runtime.plugin.BackendConnector;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections of one plugin instance. Any thread, except where stated. */
final class ProbeConnections implements BackendConnector.Connections {

    /** Backends usually close within a round trip, so this limit is rarely reached. */
    static final int MAX_LINGERING = 64;

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");

    private final ProbeConnector connector;
    private final Executor executor;
    /** On the loop's thread only. */
    private final Set<OpenConnection> open = new LinkedHashSet<>();
    /** The connections that have sent the end of their stream, oldest first. On the loop's thread only. */
    private final Set<OpenConnection> lingering = new LinkedHashSet<>();
    /** Null until the first connect. */
    private volatile ProbeLoop loop;
    private volatile boolean closed;

    ProbeConnections(ProbeConnector connector, Executor executor) {
        this.connector = connector;
        this.executor = executor;
    }

    @Override
    public CompletionStage<AsynchronousByteChannel> connect(Backend backend, SocketAddress address, Duration timeout) {
        try {
            if (closed) {
                throw new ClosedChannelException();
            }
            ProbeLoop current = connector.loop();
            loop = current;
            ConnectAttempt attempt = new ConnectAttempt(this, current, backend, address, timeout);
            current.loop().execute(attempt::start);
            return attempt.result();
        } catch (RejectedExecutionException e) { // the proxy is being closed
            return CompletableFuture.failedFuture(new ClosedChannelException());
        } catch (IOException | OutOfMemoryError e) { // no descriptor, or no thread for the loop
            return CompletableFuture.failedFuture(Failures.of("", e));
        }
    }

    /** Returns the executor of the completion handlers. */
    Executor executor() {
        return executor;
    }

    boolean isClosed() {
        return closed;
    }

    // ---- on the loop's thread only

    void add(OpenConnection connection) {
        open.add(connection);
    }

    void remove(OpenConnection connection) {
        open.remove(connection);
        lingering.remove(connection);
    }

    /** Marks a connection as lingering, and closes the oldest one if there are too many. */
    void linger(OpenConnection connection) {
        lingering.add(connection);
        if (lingering.size() > MAX_LINGERING) {
            Iterator<OpenConnection> oldest = lingering.iterator();
            OpenConnection excess = oldest.next();
            oldest.remove();
            excess.abort();
        }
    }

    private void abortAll() {
        List.copyOf(open).forEach(OpenConnection::abort);
    }

    // ----

    @Override
    public void close() {
        closed = true; // before the read of the loop: an attempt that has not started refuses to
        ProbeLoop current = loop;
        if (current != null) {
            try {
                current.loop().execute(this::abortAll);
            } catch (RejectedExecutionException e) {
                LOG.trace("the loop has ended with all connections", e);
            }
        }
    }
}

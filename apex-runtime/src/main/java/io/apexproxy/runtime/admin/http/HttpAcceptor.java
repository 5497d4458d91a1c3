package io.apexproxy.runtime.admin.http;

import io.apexproxy.runtime.log.LogThrottle;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections of the endpoint, and closes silent and slow ones to make room for them. Only the server's thread
 * uses it.
 */
final class HttpAcceptor {

    private static final Logger LOG = LoggerFactory.getLogger("apex.admin");
    /** Connections accepted in a turn: few in relation to those that may be open. */
    private static final int ACCEPTS = 16;
    /** Without descriptors, an accept that is repeated at once fails at once, as fast as the processor can. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Duration LOG_PERIOD = Duration.ofMinutes(1);

    private final ServerSocketChannel server;
    private final SelectionKey key;
    private final HttpConnections connections;
    private final int maxConnections;
    private final Consumer<HttpConnection> closer;
    private final DescriptorReserve reserve = new DescriptorReserve();
    private final LogThrottle crowdLog = new LogThrottle(LOG_PERIOD);
    private final LogThrottle pauseLog = new LogThrottle(LOG_PERIOD);
    private boolean paused;
    private long resumeTime;

    /**
     * Creates an acceptor.
     *
     * @param server bound; the acceptor closes it
     * @param maxConnections open at the same time
     * @param closer closes a connection
     */
    HttpAcceptor(ServerSocketChannel server, Selector selector, HttpConnections connections, int maxConnections,
            Consumer<HttpConnection> closer) throws IOException {
        this.server = server;
        this.connections = connections;
        this.maxConnections = maxConnections;
        this.closer = closer;
        server.configureBlocking(false);
        this.key = server.register(selector, SelectionKey.OP_ACCEPT);
        reserve.restore();
    }

    /** Prepares a turn: restores the reserve, and ends a pause that is over. */
    void beginTurn(long nanoTime) {
        reserve.restore();
        if (paused && nanoTime - resumeTime >= 0) {
            paused = false;
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    /** Returns the time until a pause is over; {@link Long#MAX_VALUE} if there is none. */
    long nanosToResume(long nanoTime) {
        return paused ? resumeTime - nanoTime : Long.MAX_VALUE;
    }

    /** Accepts what a turn may accept, and hands it over. */
    void accept(Consumer<SocketChannel> starter) {
        for (int count = 0; count < ACCEPTS && !paused; count++) {
            try {
                SocketChannel channel = server.accept();
                if (channel == null) {
                    return;
                }
                closeOldest();
                start(channel, starter);
            } catch (IOException e) {
                if (!reserve.release()) {
                    closeOneOrPause(e);
                    return;
                }
            }
        }
    }

    private static void start(SocketChannel channel, Consumer<SocketChannel> starter) throws IOException {
        try {
            channel.configureBlocking(false);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        starter.accept(channel);
    }

    private void closeOldest() {
        if (connections.count() >= maxConnections) {
            connections.mostDispensable().ifPresent(closer);
            if (crowdLog.permits()) {
                LOG.warn("admin endpoint: {} connections are open, no more are permitted; each further one closes"
                        + " the oldest one without a complete request", maxConnections);
            }
        }
    }

    /** The next turn accepts again, because the descriptor of a closed connection is free after the next select. */
    private void closeOneOrPause(IOException cause) {
        Optional<HttpConnection> dispensable = connections.mostDispensable();
        if (dispensable.isPresent()) {
            closer.accept(dispensable.get());
            return;
        }
        paused = true;
        resumeTime = System.nanoTime() + PAUSE_NANOS;
        key.interestOps(0);
        if (pauseLog.permits()) {
            LOG.warn("admin endpoint: accept paused: {}; retrying every {} ms", cause.getMessage(),
                    TimeUnit.NANOSECONDS.toMillis(PAUSE_NANOS));
        }
    }

    void close() throws IOException {
        reserve.close();
        server.close();
    }
}

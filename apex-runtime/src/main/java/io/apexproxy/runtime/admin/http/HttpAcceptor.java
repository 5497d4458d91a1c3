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
 * Acceptor of connections of the endpoint. At a limit, it closes silent and slow connections. Confined to the server's
 * thread.
 */
final class HttpAcceptor {

    private static final Logger LOG = LoggerFactory.getLogger("apex.admin");
    /** Few in relation to the limit of open connections. */
    private static final int MAX_ACCEPTS_PER_TURN = 16;
    /** Without a pause, repeated accepts would fail for lack of descriptors and use a whole processor. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Duration LOG_PERIOD = Duration.ofMinutes(1);

    private final String name;
    private final ServerSocketChannel server;
    private final SelectionKey key;
    private final HttpConnections connections;
    private final int maxConnections;
    private final Consumer<HttpConnection> closer;
    private final DescriptorReserve reserve = new DescriptorReserve();
    private final LogThrottle limitLog = new LogThrottle(LOG_PERIOD);
    private final LogThrottle pauseLog = new LogThrottle(LOG_PERIOD);
    private boolean paused;
    private long resumeTime;

    /**
     * Creates an acceptor.
     *
     * @param name the subject of log lines
     * @param server a bound channel, which the acceptor closes
     * @param maxConnections limit of concurrent connections
     * @param closer closes a connection
     */
    HttpAcceptor(String name, ServerSocketChannel server, Selector selector, HttpConnections connections,
            int maxConnections, Consumer<HttpConnection> closer) throws IOException {
        this.name = name;
        this.server = server;
        this.connections = connections;
        this.maxConnections = maxConnections;
        this.closer = closer;
        server.configureBlocking(false);
        this.key = server.register(selector, SelectionKey.OP_ACCEPT);
        reserve.restore();
    }

    /** Prepares a turn: restores the descriptor reserve and ends an expired pause. */
    void beginTurn(long nanoTime) {
        reserve.restore();
        if (paused && nanoTime - resumeTime >= 0) {
            paused = false;
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    /** Returns the rest of a pause in nanoseconds; {@link Long#MAX_VALUE} if there is none. */
    long nanosToResume(long nanoTime) {
        return paused ? resumeTime - nanoTime : Long.MAX_VALUE;
    }

    /** Accepts connections, up to the limit of a turn, and passes them to the starter. */
    void accept(Consumer<SocketChannel> starter) {
        for (int count = 0; count < MAX_ACCEPTS_PER_TURN && !paused; count++) {
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
            connections.firstToClose().ifPresent(closer);
            if (limitLog.permits()) {
                LOG.warn("{}: limit of {} connections reached; each new connection closes the oldest one"
                        + " without a complete request", name, maxConnections);
            }
        }
    }

    /** After a close, the next turn accepts again: the descriptor is free after the next select. */
    private void closeOneOrPause(IOException cause) {
        Optional<HttpConnection> candidate = connections.firstToClose();
        if (candidate.isPresent()) {
            closer.accept(candidate.get());
            return;
        }
        paused = true;
        resumeTime = System.nanoTime() + PAUSE_NANOS;
        key.interestOps(0);
        if (pauseLog.permits()) {
            LOG.warn("{}: accept paused: {}; retrying every {} ms", name, cause.getMessage(),
                    TimeUnit.NANOSECONDS.toMillis(PAUSE_NANOS));
        }
    }

    void close() throws IOException {
        reserve.close();
        server.close();
    }
}

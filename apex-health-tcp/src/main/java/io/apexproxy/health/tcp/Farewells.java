package io.apexproxy.health.tcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Connections over Unix-domain sockets that have been told goodbye, and may answer it for a moment: a socket that is
 * closed with unread bytes, such as a greeting on its way, is an error for who sent them.
 *
 * <p>All methods may be called from any thread.
 */
final class Farewells implements AutoCloseable {

    private static final long MOMENT_MILLIS = 100;

    /** More than a greeting has, in bytes. */
    private static final int MAX_DRAINED = 4096;

    private final ScheduledExecutorService executor;
    private final Set<SocketChannel> leaving = new HashSet<>();
    private boolean closed;

    Farewells(ScheduledExecutorService executor) {
        this.executor = executor;
    }

    /** Says on a connection that this was all, and closes it when the moment is over. */
    synchronized void say(SocketChannel channel) {
        if (closed) {
            close(channel);
            return;
        }
        try {
            channel.shutdownOutput();
            executor.schedule(() -> drainAndClose(channel), MOMENT_MILLIS, TimeUnit.MILLISECONDS);
            leaving.add(channel);
        } catch (IOException | RejectedExecutionException e) { // the backend has gone first, or the executor
            close(channel);
        }
    }

    private synchronized void drainAndClose(SocketChannel channel) {
        leaving.remove(channel);
        try (channel) {
            channel.read(ByteBuffer.allocate(MAX_DRAINED));
        } catch (IOException e) {
            // the backend has gone first, or all were closed meanwhile, which is as good
        }
    }

    static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends them all: the executor forgets what it has not begun. */
    @Override
    public synchronized void close() {
        closed = true;
        leaving.forEach(Farewells::close);
        leaving.clear();
    }
}

package io.apexproxy.health.tcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Connections over Unix-domain sockets that have sent EOF and stay open for a moment. A socket that is closed with
 * unread bytes, such as a greeting on its way, is an error for the backend that sent them.
 *
 * <p>Bounded: beyond {@value #MAX} connections the oldest is closed, and all are if no thread can be created for their
 * timer. All methods may be called from any thread.
 */
final class LingeringClose implements AutoCloseable {

    /** For each health check. A moment is short, so few connections are here at a time. */
    static final int MAX = 64;

    private static final long MOMENT_MILLIS = 100;

    /** More than a greeting has, in bytes. */
    private static final int MAX_DRAINED = 4096;

    private final ScheduledExecutorService executor;
    private final Set<SocketChannel> leaving = new LinkedHashSet<>();
    private boolean closed;

    LingeringClose(ScheduledExecutorService executor) {
        this.executor = executor;
    }

    /** Sends EOF on a connection, and closes it when the moment is over. Where that cannot be, closes it now. */
    synchronized void say(SocketChannel channel) {
        if (closed) {
            close(channel);
            return;
        }
        try {
            channel.shutdownOutput();
            executor.schedule(() -> drainAndClose(channel), MOMENT_MILLIS, TimeUnit.MILLISECONDS);
            leaving.add(channel);
            closeExcess();
        } catch (IOException | RejectedExecutionException | OutOfMemoryError e) { // the backend has gone first, the
            close(channel); // executor is shut down, or no thread can be created
        }
    }

    private void closeExcess() {
        if (leaving.size() > MAX) {
            Iterator<SocketChannel> oldest = leaving.iterator();
            close(oldest.next());
            oldest.remove();
        }
    }

    private synchronized void drainAndClose(SocketChannel channel) {
        leaving.remove(channel);
        try (channel) {
            channel.read(ByteBuffer.allocate(MAX_DRAINED));
        } catch (IOException e) {
            // the backend has gone first, or the channel was closed meanwhile, which is as good
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
        leaving.forEach(LingeringClose::close);
        leaving.clear();
    }
}

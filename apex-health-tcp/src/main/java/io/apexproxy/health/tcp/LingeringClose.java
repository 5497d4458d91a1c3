package io.apexproxy.health.tcp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
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
 * Unix-domain socket connections that have sent EOF and are closed after a short delay. Closing a socket with unread
 * bytes, such as a late greeting, would cause an error at the backend.
 *
 * <p>Beyond {@value #MAX} connections the oldest is closed. A connection is closed immediately if no thread can be
 * created for its timer. All methods can be called from any thread.
 */
final class LingeringClose implements AutoCloseable {

    /** Per health check. The delay is short, so this limit is rarely reached. */
    static final int MAX = 64;

    private static final long DELAY_MILLIS = 100;

    /** In bytes; more than the size of a greeting. */
    private static final int MAX_DRAINED = 4096;

    private final ScheduledExecutorService executor;
    @GuardedBy("this")
    private final Set<SocketChannel> channels = new LinkedHashSet<>();
    @GuardedBy("this")
    private boolean closed;

    LingeringClose(ScheduledExecutorService executor) {
        this.executor = executor;
    }

    /** Sends EOF on a connection and closes it after the delay, or immediately if no timer can be started. */
    synchronized void add(SocketChannel channel) {
        if (closed) {
            close(channel);
            return;
        }
        try {
            channel.shutdownOutput();
            executor.schedule(() -> drainAndClose(channel), DELAY_MILLIS, TimeUnit.MILLISECONDS);
            channels.add(channel);
            closeExcess();
        } catch (IOException | RejectedExecutionException | OutOfMemoryError e) {
            close(channel); // the backend has disconnected, the executor is shut down, or no thread can be created
        }
    }

    @GuardedBy("this")
    private void closeExcess() {
        if (channels.size() > MAX) {
            Iterator<SocketChannel> oldest = channels.iterator();
            close(oldest.next());
            oldest.remove();
        }
    }

    private synchronized void drainAndClose(SocketChannel channel) {
        channels.remove(channel);
        try (channel) {
            channel.read(ByteBuffer.allocate(MAX_DRAINED));
        } catch (IOException e) {
            // the backend has disconnected, or the channel is closed already
        }
    }

    static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes all connections. Their timers are discarded when the executor is shut down. */
    @Override
    public synchronized void close() {
        closed = true;
        channels.forEach(LingeringClose::close);
        channels.clear();
    }
}

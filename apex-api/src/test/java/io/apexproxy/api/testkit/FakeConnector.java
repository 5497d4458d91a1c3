package io.apexproxy.api.testkit;

import io.apexproxy.api.Backend;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Connections over blocking sockets. Each operation in progress occupies a daemon thread. */
final class FakeConnector implements AutoCloseable {

    private final Executor handlers;
    private final ExecutorService threads;
    private final ScheduledThreadPoolExecutor timers;
    private final Set<SocketChannel> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Creates a connector without threads.
     *
     * @param handlers runs the completion handlers of the plugin
     */
    FakeConnector(Executor handlers) {
        this.handlers = handlers;
        ThreadFactory daemons = task -> {
            Thread thread = new Thread(task, "fake-connection");
            thread.setDaemon(true);
            return thread;
        };
        this.threads = Executors.newCachedThreadPool(daemons);
        this.timers = new ScheduledThreadPoolExecutor(1, daemons);
        timers.setRemoveOnCancelPolicy(true);
    }

    CompletableFuture<AsynchronousByteChannel> connect(Backend backend, SocketAddress address, Duration timeout) {
        SocketChannel socket;
        try {
            socket = open(address);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(reason(e));
        }
        CompletableFuture<AsynchronousByteChannel> result = new CompletableFuture<>();
        var timer = timers.schedule(() -> {
            result.completeExceptionally(new IOException("timed out after " + text(timeout)));
            discard(socket);
        }, timeout.toNanos(), TimeUnit.NANOSECONDS);
        threads.execute(() -> {
            try {
                socket.connect(address);
                ByteBuffer preamble = ByteBuffer.wrap(backend.preamble(socket.getLocalAddress()));
                while (preamble.hasRemaining()) {
                    socket.write(preamble);
                }
                if (timer.cancel(false)) {
                    result.complete(new FakeChannel(this, socket, timeout));
                }
            } catch (IOException e) {
                timer.cancel(false);
                discard(socket);
                result.completeExceptionally(reason(e));
            }
        });
        return new WaitableFuture<>(result, handlers);
    }

    private SocketChannel open(SocketAddress address) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        SocketChannel socket = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
        sockets.add(socket);
        if (closed) {
            discard(socket);
            throw new ClosedChannelException();
        }
        return socket;
    }

    private static IOException reason(IOException failure) {
        if (failure instanceof ClosedChannelException) {
            return failure;
        }
        String message = String.valueOf(failure.getMessage());
        return new IOException(Character.toLowerCase(message.charAt(0)) + message.substring(1), failure);
    }

    private static String text(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    /** Runs an action that can block on a thread of its own. */
    void run(Runnable blocking) {
        threads.execute(blocking);
    }

    /** Runs a completion handler of the plugin. */
    void handle(Runnable handler) {
        handlers.execute(handler);
    }

    /** Closes a socket after the timeout, at the latest. */
    void closeAfter(SocketChannel socket, Duration timeout) {
        timers.schedule(() -> discard(socket), timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Closes a socket. */
    void discard(SocketChannel socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError("a socket was not closed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        sockets.forEach(this::discard);
        timers.shutdownNow();
        threads.shutdown(); // tasks that wait for a closed socket end
    }
}

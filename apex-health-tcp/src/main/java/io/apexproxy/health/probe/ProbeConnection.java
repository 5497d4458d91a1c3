package io.apexproxy.health.probe;

import io.apexproxy.api.health.HealthResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ShutdownChannelGroupException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The connection of one probe: connect, send, receive, close.
 *
 * <p>All steps run one after the other, on the group's thread or, after a pause, on the executor's. Only
 * {@link #timeOut} runs concurrently; it completes the result and closes the channel, both of which any thread may do.
 */
final class ProbeConnection {

    /** Bytes that are read and discarded after the result. A backend that sends more gets a reset. */
    private static final int MAX_DRAINED = 64 * 1024;
    /** After so many reads that did not fill the buffer, the probe pauses before each further one. */
    private static final int EAGER_READS = 16;
    /** Bounds the reads of an answer that arrives in many small pieces: they collect in the kernel meanwhile. */
    private static final long PAUSE_MILLIS = 10;

    private final AsynchronousSocketChannel channel;
    private final Exchange exchange;
    private final ByteBuffer request;
    private final ByteBuffer buffer;
    private final Duration timeout;
    private final LingeringProbes lingering;
    private final CompletableFuture<HealthResult> result = new CompletableFuture<>();
    private ScheduledExecutorService executor;
    private Future<?> timer = CompletableFuture.completedFuture(null);
    private boolean lastReadFull;
    private int smallReads;
    private int drained;

    ProbeConnection(AsynchronousSocketChannel channel, Exchange exchange, int readSize, Duration timeout,
            LingeringProbes lingering) {
        this.channel = channel;
        this.exchange = exchange;
        this.request = exchange.request();
        this.buffer = ByteBuffer.allocate(readSize);
        this.timeout = timeout;
        this.lingering = lingering;
    }

    /** Starts the probe and returns the result to come. */
    CompletionStage<HealthResult> start(InetSocketAddress address, ScheduledExecutorService timers) {
        executor = timers;
        // not the timeouts of read and write: they leave a channel that can no longer be used
        try {
            timer = executor.schedule(this::timeOut, timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (OutOfMemoryError | RejectedExecutionException e) { // no thread for the timer, or the check is closed
            fail(e);
            return result;
        }
        channel.connect(address, null, then(connected -> send()));
        return result;
    }

    private void send() {
        if (request.hasRemaining()) {
            channel.write(request, null, then(written -> send()));
        } else {
            exchange.sent().ifPresentOrElse(this::finish, () -> receive(this::judge));
        }
    }

    /** Reads once. Small pieces are read with pauses, in which further ones collect in the kernel. */
    private void receive(Consumer<Integer> next) {
        if (lastReadFull || smallReads < EAGER_READS) {
            read(next);
            return;
        }
        try {
            executor.schedule(() -> read(next), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (OutOfMemoryError | RejectedExecutionException e) { // no thread for the pause, or the check is closed
            fail(e);
        }
    }

    private void read(Consumer<Integer> next) {
        buffer.clear();
        try {
            channel.read(buffer, null, then(count -> {
                lastReadFull = !buffer.hasRemaining();
                smallReads += lastReadFull ? 0 : 1;
                next.accept(count);
            }));
        } catch (ShutdownChannelGroupException e) { // the health check has been closed during the pause
            closeChannel();
        }
    }

    private void judge(int count) {
        Optional<HealthResult> judged = exchange.received(buffer.flip());
        if (judged.isEmpty() && count < 0) {
            judged = Optional.of(exchange.ended());
        }
        judged.ifPresentOrElse(this::finish, () -> receive(this::judge));
    }

    private void finish(HealthResult found) {
        result.complete(found);
        linger();
    }

    /** Sends FIN, then reads until the backend does the same. A close with unread bytes would reset the connection. */
    private void linger() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            close(); // the backend has closed the connection, and the result is complete
            return;
        }
        lingering.add(this);
        drain();
    }

    private void drain() {
        receive(count -> {
            drained += Math.max(0, count);
            if (count < 0 || drained > MAX_DRAINED) {
                close();
            } else {
                drain();
            }
        });
    }

    private void timeOut() {
        result.complete(HealthResult.unhealthy("timed out after " + Reasons.words(timeout) + exchange.awaited()));
        closeChannel(); // does not touch the timer, which start() may not have stored yet
    }

    /** Ends the probe after a failure. A result that is complete stays. */
    private void fail(Throwable failure) {
        result.complete(resultOf(failure, exchange.awaited()));
        close();
    }

    static HealthResult resultOf(Throwable failure, String awaited) {
        String reason = Reasons.of(failure);
        return isLocal(failure) ? HealthResult.inconclusive(reason) : HealthResult.unhealthy(reason + awaited);
    }

    /** Returns whether the machine has no local port, address or thread, or the check is closed. */
    private static boolean isLocal(Throwable failure) {
        return failure instanceof BindException || failure instanceof OutOfMemoryError
                || failure instanceof RejectedExecutionException;
    }

    void close() {
        timer.cancel(false);
        closeChannel();
    }

    private void closeChannel() {
        lingering.remove(this);
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> CompletionHandler<T, Void> then(Consumer<T> next) {
        return new CompletionHandler<>() {
            @Override
            public void completed(T value, Void nothing) {
                next.accept(value);
            }

            @Override
            public void failed(Throwable failure, Void nothing) {
                fail(failure);
            }
        };
    }
}

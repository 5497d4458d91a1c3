package io.apexproxy.health.probe;

import io.apexproxy.api.health.HealthResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.NetworkChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The connection of one probe: connect, send the request, evaluate the response, close.
 *
 * <p>All steps run in sequence on the executor. Only {@link #timeOut} runs concurrently with them. It completes the
 * result and closes the channel, which are thread-safe.
 */
final class ProbeConnection {

    /** The number of reads that did not fill the buffer, after which the probe pauses before each read. */
    private static final int EAGER_READS = 16;
    /**
     * Limits the number of reads of a response in many small segments: they accumulate in the kernel during a pause.
     */
    private static final long PAUSE_MILLIS = 10;

    private final ScheduledExecutorService executor;
    private final Exchange exchange;
    private final ByteBuffer buffer;
    private final Duration timeout;
    private final CompletableFuture<HealthResult> result = new CompletableFuture<>();
    private Future<?> timer = CompletableFuture.completedFuture(null);
    /** Null until the connection is open. */
    private volatile AsynchronousByteChannel channel;
    private boolean lastReadFull;
    private int smallReads;

    ProbeConnection(ScheduledExecutorService executor, Exchange exchange, int readSize, Duration timeout) {
        this.executor = executor;
        this.exchange = exchange;
        this.buffer = ByteBuffer.allocate(readSize);
        this.timeout = timeout;
    }

    /** Starts the probe and returns its future result. */
    CompletionStage<HealthResult> start(Supplier<CompletionStage<AsynchronousByteChannel>> connect) {
        try {
            timer = executor.schedule(this::timeOut, timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (OutOfMemoryError | RejectedExecutionException e) { // no thread for the timer, or check closed
            fail(e);
            return result;
        }
        connect.get().whenComplete((opened, failure) -> {
            if (failure == null) {
                begin(opened);
            } else {
                notConnected(failure instanceof CompletionException ? failure.getCause() : failure);
            }
        });
        return result;
    }

    private void begin(AsynchronousByteChannel opened) {
        channel = opened;
        if (result.isDone()) { // timed out
            close();
            return;
        }
        try {
            if (exchange.resets() && opened instanceof NetworkChannel options) {
                options.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) { // closed
            fail(e);
            return;
        }
        send(exchange.request(), this::requested);
    }

    /** Passes the failure on: the runtime knows whether the backend or this machine is the cause. */
    private void notConnected(Throwable failure) {
        timer.cancel(false);
        if (failure instanceof ClosedChannelException) {
            result.complete(HealthResult.inconclusive(Reasons.of(failure)));
        } else {
            result.completeExceptionally(failure);
        }
    }

    private void send(ByteBuffer rest, Runnable next) {
        if (rest.hasRemaining()) {
            channel.write(rest, null, handler(written -> send(rest, next)));
        } else {
            next.run();
        }
    }

    private void requested() {
        exchange.evaluateSent().ifPresentOrElse(this::finish, this::receive);
    }

    /** Reads once, after a pause if there were many small reads. */
    private void receive() {
        if (lastReadFull || smallReads < EAGER_READS) {
            read();
            return;
        }
        try {
            executor.schedule(this::read, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (OutOfMemoryError | RejectedExecutionException e) { // no thread for the pause, or check closed
            fail(e);
        }
    }

    private void read() {
        buffer.clear();
        channel.read(buffer, null, handler(count -> {
            lastReadFull = !buffer.hasRemaining();
            smallReads += lastReadFull ? 0 : 1;
            evaluate(count);
        }));
    }

    private void evaluate(int count) {
        Optional<HealthResult> found = exchange.evaluate(buffer.flip());
        if (found.isEmpty() && count < 0) {
            found = Optional.of(exchange.evaluateEnd());
        }
        found.ifPresentOrElse(this::finish, () -> send(exchange.reply(), this::receive));
    }

    private void finish(HealthResult found) {
        result.complete(found);
        send(exchange.lastRequest(), this::close);
    }

    private void timeOut() {
        result.complete(HealthResult.unhealthy("timed out after " + Reasons.format(timeout) + exchange.describeWait()));
        closeChannel(); // not close(): the timer can run before start() has assigned it
    }

    /** Completes the result, unless it is complete, and closes the connection. */
    private void fail(Throwable failure) {
        result.complete(resultOf(failure, exchange.describeWait()));
        close();
    }

    private static HealthResult resultOf(Throwable failure, String awaited) {
        String reason = Reasons.of(failure);
        return isLocal(failure) ? HealthResult.inconclusive(reason) : HealthResult.unhealthy(reason + awaited);
    }

    /** Returns whether there is no thread left, or the check is closed. */
    private static boolean isLocal(Throwable failure) {
        return failure instanceof OutOfMemoryError || failure instanceof RejectedExecutionException;
    }

    private void close() {
        timer.cancel(false);
        closeChannel();
    }

    private void closeChannel() {
        AsynchronousByteChannel opened = channel;
        if (opened != null) {
            try {
                opened.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private <T> CompletionHandler<T, Void> handler(Consumer<T> next) {
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

package io.apexproxy.health.probe;

import io.apexproxy.api.Backend;
import io.apexproxy.api.health.HealthResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
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
 * The connection of one probe: connect, send the request, evaluate the response, close.
 *
 * <p>All steps run in sequence, on the thread of the channel group or, after a pause, on the executor. Only
 * {@link #timeOut} runs concurrently with them. It completes the result and closes the channel, which are thread-safe.
 */
final class ProbeConnection {

    /** The number of bytes that are discarded after the result. A backend that sends more receives RST. */
    private static final int MAX_DRAINED = 64 * 1024;
    /** The number of reads that did not fill the buffer, after which the probe pauses before each read. */
    private static final int EAGER_READS = 16;
    /**
     * Limits the number of reads of a response in many small segments: they accumulate in the kernel during a pause.
     */
    private static final long PAUSE_MILLIS = 10;

    private final AsynchronousSocketChannel channel;
    private final Backend backend;
    private final Exchange exchange;
    private final ByteBuffer buffer;
    private final Duration timeout;
    private final LingeringProbes lingering;
    private final CompletableFuture<HealthResult> result = new CompletableFuture<>();
    private ScheduledExecutorService executor;
    private Future<?> timer = CompletableFuture.completedFuture(null);
    private boolean lastReadFull;
    private int smallReads;
    private int drained;

    ProbeConnection(AsynchronousSocketChannel channel, Backend backend, Exchange exchange, int readSize,
            Duration timeout, LingeringProbes lingering) {
        this.channel = channel;
        this.backend = backend;
        this.exchange = exchange;
        this.buffer = ByteBuffer.allocate(readSize);
        this.timeout = timeout;
        this.lingering = lingering;
    }

    /** Starts the probe and returns its future result. The timer also limits the time that the close takes. */
    CompletionStage<HealthResult> start(InetSocketAddress address, ScheduledExecutorService timerExecutor) {
        executor = timerExecutor;
        // no timeouts for read and write, because they leave the channel in an unspecified state
        try {
            timer = executor.schedule(this::timeOut, timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (OutOfMemoryError | RejectedExecutionException e) { // no thread for the timer, or check closed
            fail(e);
            return result;
        }
        channel.connect(address, null, handler(connected -> sendFirst()));
        return result;
    }

    private void sendFirst() {
        SocketAddress local;
        try {
            local = channel.getLocalAddress();
        } catch (IOException e) { // the probe has timed out
            fail(e);
            return;
        }
        send(Preambles.prepend(backend, local, exchange.request()));
    }

    private void send(ByteBuffer rest) {
        if (rest.hasRemaining()) {
            channel.write(rest, null, handler(written -> send(rest)));
        } else {
            exchange.evaluateSent().ifPresentOrElse(this::finish, () -> receive(this::evaluate));
        }
    }

    /** Reads once, after a pause if there were many small reads. */
    private void receive(Consumer<Integer> next) {
        if (lastReadFull || smallReads < EAGER_READS) {
            read(next);
            return;
        }
        try {
            executor.schedule(() -> read(next), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (OutOfMemoryError | RejectedExecutionException e) { // no thread for the pause, or check closed
            fail(e);
        }
    }

    private void read(Consumer<Integer> next) {
        buffer.clear();
        try {
            channel.read(buffer, null, handler(count -> {
                lastReadFull = !buffer.hasRemaining();
                smallReads += lastReadFull ? 0 : 1;
                next.accept(count);
            }));
        } catch (ShutdownChannelGroupException e) { // the health check was closed during the pause
            closeChannel();
        }
    }

    private void evaluate(int count) {
        Optional<HealthResult> found = exchange.evaluate(buffer.flip());
        if (found.isEmpty() && count < 0) {
            found = Optional.of(exchange.evaluateEnd());
        }
        found.ifPresentOrElse(this::finish, () -> receive(this::evaluate));
    }

    private void finish(HealthResult found) {
        result.complete(found);
        shutDown();
    }

    /** Sends FIN and reads until end of stream. A close with unread bytes would send RST. */
    private void shutDown() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            close(); // the connection is lost, but the result is complete
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
        result.complete(HealthResult.unhealthy("timed out after " + Reasons.format(timeout) + exchange.describeWait()));
        closeChannel(); // not close(): the timer can run before start() has assigned it
    }

    /** Completes the result, unless it is complete, and closes the connection. */
    private void fail(Throwable failure) {
        result.complete(resultOf(failure, exchange.describeWait()));
        close();
    }

    static HealthResult resultOf(Throwable failure, String awaited) {
        String reason = Reasons.of(failure);
        return isLocal(failure) ? HealthResult.inconclusive(reason) : HealthResult.unhealthy(reason + awaited);
    }

    /** Returns whether there is no local port, address or thread left, or the check is closed. */
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

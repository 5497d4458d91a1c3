package io.apexproxy.health.tcp;

import io.apexproxy.api.health.HealthResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One probe over one TCP connection: connect, send, compare, close.
 *
 * <p>All steps run in sequence on the thread of the channel group. Only {@link #timeOut} runs on another thread. It
 * completes the result and closes the channel; both operations are thread-safe.
 */
final class Probe {

    /** The number of bytes that are discarded before the close. A backend that sends more receives RST. */
    private static final int MAX_DRAINED = 64 * 1024;

    private final AsynchronousSocketChannel channel;
    private final Duration timeout;
    private final SendExpect sendExpect;
    private final LingeringProbes lingering;
    private final ByteBuffer send;
    private final ByteBuffer received;
    private final CompletableFuture<HealthResult> result = new CompletableFuture<>();
    private volatile String detail = "";
    private Future<?> timer = CompletableFuture.completedFuture(null);
    private int drained;

    Probe(AsynchronousSocketChannel channel, SendExpect sendExpect, Duration timeout, LingeringProbes lingering) {
        this.channel = channel;
        this.timeout = timeout;
        this.sendExpect = sendExpect;
        this.lingering = lingering;
        this.send = sendExpect.send().duplicate();
        this.received = sendExpect.newReceiveBuffer();
    }

    /** Starts the probe and returns its future result. The timer also limits the time that the close takes. */
    CompletionStage<HealthResult> start(InetSocketAddress address, ScheduledExecutorService executor) {
        // no timeouts for read and write, because they leave the channel in an unspecified state
        try {
            timer = executor.schedule(this::timeOut, timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (OutOfMemoryError | RejectedExecutionException e) { // no thread for the timer, or check closed
            fail(e);
            return result;
        }
        channel.connect(address, null, handler(connected -> send()));
        return result;
    }

    private void send() {
        if (send.hasRemaining()) {
            channel.write(send, null, handler(written -> send()));
        } else if (sendExpect.expect().hasRemaining()) {
            receive();
        } else {
            finish(HealthResult.healthy());
        }
    }

    private void receive() {
        detail = sendExpect.describe(received.duplicate().flip());
        channel.read(received, null, handler(this::compare));
    }

    private void compare(int count) {
        sendExpect.evaluate(received.duplicate().flip(), count < 0).ifPresentOrElse(this::finish, this::receive);
    }

    private void finish(HealthResult found) {
        result.complete(found);
        shutDown();
    }

    /** Sends FIN and reads until end of stream. An immediate close would answer a greeting in flight with RST. */
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
        received.clear();
        channel.read(received, null, handler(count -> {
            drained += Math.max(0, count);
            if (count < 0 || drained > MAX_DRAINED) {
                close();
            } else {
                drain();
            }
        }));
    }

    private void timeOut() {
        result.complete(HealthResult.unhealthy("timed out after " + Reasons.format(timeout) + detail));
        closeChannel(); // not close(): the timer can run before start() has assigned it
    }

    /** Completes the result, unless it is complete, and closes the connection. */
    private void fail(Throwable failure) {
        result.complete(resultOf(failure, detail));
        close();
    }

    static HealthResult resultOf(Throwable failure, String detail) {
        String reason = Reasons.of(failure);
        return isLocal(failure) ? HealthResult.inconclusive(reason) : HealthResult.unhealthy(reason + detail);
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

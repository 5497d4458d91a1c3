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
 * One probe, which is one connection: connect, send, compare, leave.
 *
 * <p>All steps run on the group's thread, one after the other. Only {@link #timeOut} runs elsewhere; it completes the
 * result and closes the channel, both of which any thread may do.
 */
final class Probe {

    /** How much is read and thrown away at the end, in bytes. A backend that sends more gets a reset. */
    private static final int MAX_DRAINED = 64 * 1024;

    private final AsynchronousSocketChannel channel;
    private final Duration timeout;
    private final SendExpect dialogue;
    private final LingeringProbes leaving;
    private final ByteBuffer send;
    private final ByteBuffer received;
    private final CompletableFuture<HealthResult> result = new CompletableFuture<>();
    private volatile String awaited = "";
    private Future<?> timer = CompletableFuture.completedFuture(null);
    private int drained;

    Probe(AsynchronousSocketChannel channel, SendExpect dialogue, Duration timeout, LingeringProbes leaving) {
        this.channel = channel;
        this.timeout = timeout;
        this.dialogue = dialogue;
        this.leaving = leaving;
        this.send = dialogue.send().duplicate();
        this.received = dialogue.room();
    }

    /** Begins, and returns the result to come. The timer also limits how long the connection stays open after it. */
    CompletionStage<HealthResult> start(InetSocketAddress address, ScheduledExecutorService executor) {
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
        if (send.hasRemaining()) {
            channel.write(send, null, then(written -> send()));
        } else if (dialogue.expect().hasRemaining()) {
            receive();
        } else {
            finish(HealthResult.healthy());
        }
    }

    private void receive() {
        awaited = dialogue.awaited(received.duplicate().flip());
        channel.read(received, null, then(this::compare));
    }

    private void compare(int count) {
        dialogue.judge(received.duplicate().flip(), count < 0).ifPresentOrElse(this::finish, this::receive);
    }

    private void finish(HealthResult found) {
        result.complete(found);
        leave();
    }

    /**
     * Sends FIN, then reads until the backend does the same. Closing at once would answer its greeting, read or still
     * on the way, with a reset.
     */
    private void leave() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            close(); // the connection is gone already, and the result was given
            return;
        }
        leaving.add(this);
        drain();
    }

    private void drain() {
        received.clear();
        channel.read(received, null, then(count -> {
            drained += Math.max(0, count);
            if (count < 0 || drained > MAX_DRAINED) {
                close();
            } else {
                drain();
            }
        }));
    }

    private void timeOut() {
        result.complete(HealthResult.unhealthy("timed out after " + Reasons.words(timeout) + awaited));
        closeChannel(); // not the timer as well: in a bad moment it is over before start() knows it
    }

    /** Ends the probe at a failure; where the result was already given, this changes nothing but closes. */
    private void fail(Throwable failure) {
        result.complete(resultOf(failure, awaited));
        close();
    }

    static HealthResult resultOf(Throwable failure, String awaited) {
        String reason = Reasons.of(failure);
        return isLocal(failure) ? HealthResult.inconclusive(reason) : HealthResult.unhealthy(reason + awaited);
    }

    /** Whether the system has no free local port, no address to connect from or no thread, or the check is closed. */
    private static boolean isLocal(Throwable failure) {
        return failure instanceof BindException || failure instanceof OutOfMemoryError
                || failure instanceof RejectedExecutionException;
    }

    void close() {
        timer.cancel(false);
        closeChannel();
    }

    private void closeChannel() {
        leaving.remove(this);
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

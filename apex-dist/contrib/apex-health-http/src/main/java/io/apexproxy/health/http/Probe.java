package io.apexproxy.health.http;

import io.apexproxy.api.health.HealthResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
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
 * One probe, which is one connection: connect, ask, judge, leave.
 *
 * <p>All steps run one after the other, on the group's thread or, after a pause, on the executor's. Only
 * {@link #timeOut} runs at the same time as they do; it completes the result and closes the channel, both of which any
 * thread may do.
 */
final class Probe {

    /** How much is read and thrown away after the result, in bytes. */
    private static final int MAX_DRAINED = 64 * 1024;
    /** Most answers to probes fit in one read of this many bytes. */
    private static final int READ_SIZE = 4096;
    /** After so many reads that did not fill the buffer, the probe pauses before each further one. */
    private static final int EAGER_READS = 16;
    /** Bounds the reads of an answer that arrives in many small pieces: they collect in the kernel meanwhile. */
    private static final long PAUSE_MILLIS = 10;

    private final AsynchronousSocketChannel channel;
    private final ByteBuffer request;
    private final AnswerReader answer;
    private final Duration timeout;
    private final LingeringProbes leaving;
    private final CompletableFuture<HealthResult> result = new CompletableFuture<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(READ_SIZE);
    private volatile String phase = "";
    private ScheduledExecutorService executor;
    private Future<?> timer = CompletableFuture.completedFuture(null);
    private boolean lastReadFull;
    private int smallReads;
    private int drained;

    Probe(AsynchronousSocketChannel channel, ByteBuffer request, Expectation expectation, Duration timeout,
            LingeringProbes leaving) {
        this.channel = channel;
        this.request = request;
        this.answer = new AnswerReader(expectation);
        this.timeout = timeout;
        this.leaving = leaving;
    }

    /** Begins, and returns the result to come. The timer also limits how long the connection stays open after it. */
    CompletionStage<HealthResult> start(InetSocketAddress address, ScheduledExecutorService lent) {
        executor = lent;
        // not the timeouts of read and write: they leave a channel that can no longer be used
        try {
            timer = executor.schedule(this::timeOut, timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (OutOfMemoryError | RejectedExecutionException e) { // no thread for the timer, or the check is closed
            fail(e);
            return result;
        }
        channel.connect(address, null, then(connected -> ask()));
        return result;
    }

    private void ask() {
        if (request.hasRemaining()) {
            channel.write(request, null, then(written -> ask()));
        } else {
            phase = ": connected, but no answer";
            receive(this::judge);
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
        Optional<HealthResult> judged = answer.read(buffer.flip());
        if (judged.isEmpty() && count < 0) {
            judged = Optional.of(answer.end());
        }
        if (judged.isPresent()) {
            result.complete(judged.get());
            leave();
        } else {
            phase = ": the answer is incomplete";
            receive(this::judge);
        }
    }

    /** Sends FIN and reads what is still on the way: closing with unread bytes would reset the connection. */
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
        String after = timeout.toMillisPart() == 0 ? timeout.toSeconds() + "s" : timeout.toMillis() + "ms";
        result.complete(HealthResult.unhealthy("timed out after " + after + phase));
        closeChannel(); // not the timer as well: in a bad moment it is over before start() knows it
    }

    /** Ends the probe at a failure; where the result was already given, this changes nothing but closes. */
    private void fail(Throwable failure) {
        result.complete(isLocal(failure)
                ? HealthResult.inconclusive(reason(failure))
                : HealthResult.unhealthy(reason(failure)));
        close();
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

    /** The operating system's words in the middle of a sentence: {@code connection refused}. */
    static String reason(Throwable failure) {
        if (failure instanceof ClosedChannelException || failure instanceof RejectedExecutionException) {
            return "health check closed"; // by close() of the instance: a probe gives its result before it closes
        }
        String message = failure.getMessage();
        return message == null || message.isEmpty()
                ? failure.getClass().getSimpleName()
                : Character.toLowerCase(message.charAt(0)) + message.substring(1);
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

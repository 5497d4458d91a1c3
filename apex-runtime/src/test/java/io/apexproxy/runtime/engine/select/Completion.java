package io.apexproxy.runtime.engine.select;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.CompletionHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A handler that remembers how it was called, and fails the test if it is called twice. */
final class Completion<V> implements CompletionHandler<V, Object> {
    private static final long LONGEST_WAIT_SECONDS = 20;

    private final CompletableFuture<V> outcome = new CompletableFuture<>();
    private volatile Object attachment;
    private volatile String thread;
    private volatile int calls;

    @Override
    public void completed(V result, Object passed) {
        called(passed);
        outcome.complete(result);
    }

    @Override
    public void failed(Throwable cause, Object passed) {
        called(passed);
        outcome.completeExceptionally(cause);
    }

    private synchronized void called(Object passed) {
        calls++;
        attachment = passed;
        thread = Thread.currentThread().getName();
    }

    boolean isDone() {
        return outcome.isDone();
    }

    /** Returns whether the handler was called, after waiting for that as long as said. */
    boolean isDoneWithin(long millis) {
        try {
            outcome.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException failed) {
            return true;
        } catch (TimeoutException waits) {
            return false;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Waits, and returns whether there is a result rather than a failure. */
    boolean succeeds() {
        return outcome.handle((result, cause) -> cause == null)
                .completeOnTimeout(false, LONGEST_WAIT_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Waits for the result; a failure is thrown as an AssertionError that carries it. */
    V result() {
        try {
            return outcome.get(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new AssertionError("expected a result", failed.getCause());
        } catch (InterruptedException | TimeoutException noResult) {
            throw new AssertionError("expected a result", noResult);
        } finally {
            assertThat(calls).isLessThanOrEqualTo(1);
        }
    }

    /** Waits for the failure. */
    Throwable failure() {
        try {
            throw new AssertionError("expected a failure, got " + outcome.get(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException failed) {
            return failed.getCause();
        } catch (InterruptedException | TimeoutException noResult) {
            throw new AssertionError("expected a failure", noResult);
        } finally {
            assertThat(calls).isLessThanOrEqualTo(1);
        }
    }

    Object attachment() {
        return attachment;
    }

    /** The name of the thread that called. */
    String thread() {
        return thread;
    }

    int calls() {
        return calls;
    }
}

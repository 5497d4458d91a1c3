package io.apexproxy.runtime.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.CompletionHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A handler that records its call, and fails the test if it is called twice. */
public final class Completion<V> implements CompletionHandler<V, Object> {
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

    public boolean isDone() {
        return outcome.isDone();
    }

    /** Waits up to a time for the call; returns whether the handler was called. */
    public boolean isDoneWithin(long millis) {
        try {
            outcome.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException failed) {
            return true;
        } catch (TimeoutException notCalled) {
            return false;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Waits for the call; returns whether it is a result rather than a failure. */
    public boolean succeeds() {
        return outcome.handle((result, cause) -> cause == null)
                .completeOnTimeout(false, LONGEST_WAIT_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Waits for the result; throws an AssertionError with the cause if the operation failed. */
    public V result() {
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
    public Throwable failure() {
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

    public Object attachment() {
        return attachment;
    }

    /** Returns the name of the thread that called the handler. */
    public String thread() {
        return thread;
    }

    public int calls() {
        return calls;
    }
}

package io.apexproxy.runtime.engine.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.CompletionHandler;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A handler that records its call, which the test awaits. */
final class Outcome<V> implements CompletionHandler<V, Object> {

    private static final long LONGEST_WAIT_SECONDS = 10;

    private final CompletableFuture<V> future = new CompletableFuture<>();

    @Override
    public void completed(V result, Object attachment) {
        assertThat(future.complete(result)).isTrue();
    }

    @Override
    public void failed(Throwable cause, Object attachment) {
        assertThat(future.completeExceptionally(cause)).isTrue();
    }

    boolean isDone() {
        return future.isDone();
    }

    /** Waits for the result; throws an AssertionError with the cause if the operation failed. */
    V result() {
        try {
            return future.get(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("expected a result", e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("expected a result", e);
        }
    }

    /** Waits for the result; returns empty if the operation failed with such an exception. */
    Optional<V> resultOr(Class<? extends Throwable> type) {
        try {
            return Optional.of(future.get(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(type);
            return Optional.empty();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("expected an outcome", e);
        }
    }

    /** Waits for the failure. */
    Throwable failure() {
        try {
            throw new AssertionError("expected a failure, got " + future.get(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("expected a failure", e);
        }
    }
}

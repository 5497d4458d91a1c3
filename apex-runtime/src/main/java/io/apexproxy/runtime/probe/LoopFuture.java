package io.apexproxy.runtime.probe;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A future whose dependent actions run on an executor, and whose waiters need no thread of the executor. Otherwise a
 * plugin whose tasks occupy all its threads and wait for connections would wait without an end.
 */
final class LoopFuture<T> extends CompletableFuture<T> {

    private final CompletableFuture<T> first;
    private final Runnable abandon;

    /**
     * Creates a future.
     *
     * @param first completed on the loop
     * @param executor runs the dependent actions
     * @param abandon called on any thread if the plugin does not want the result any more: it cancels the future or
     *     completes it, or a waiting thread is interrupted
     */
    LoopFuture(CompletableFuture<T> first, Executor executor, Runnable abandon) {
        this.first = first;
        this.abandon = abandon;
        first.whenComplete((value, failure) -> executor.execute(() -> {
            boolean wanted = failure == null ? complete(value) : completeExceptionally(failure);
            if (!wanted) {
                abandon.run();
            }
        }));
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        try {
            return isDone() ? super.get() : first.get();
        } catch (InterruptedException e) {
            abandon.run();
            throw e;
        }
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return isDone() ? super.get(timeout, unit) : first.get(timeout, unit);
        } catch (InterruptedException e) {
            abandon.run();
            throw e;
        }
    }

    @Override
    public T join() {
        return isDone() ? super.join() : first.join();
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        boolean cancelled = super.cancel(mayInterrupt);
        if (cancelled) {
            abandon.run();
        }
        return cancelled;
    }
}

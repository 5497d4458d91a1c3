package io.apexproxy.api.testkit;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A future whose dependent actions run on an executor, and whose waiters need no thread of the executor. */
final class WaitableFuture<T> extends CompletableFuture<T> {

    private final CompletableFuture<T> first;

    WaitableFuture(CompletableFuture<T> first, Executor executor) {
        this.first = first;
        first.whenComplete((value, failure) -> executor.execute(() -> {
            if (failure == null) {
                complete(value);
            } else {
                completeExceptionally(failure);
            }
        }));
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        return first.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        return first.get(timeout, unit);
    }

    @Override
    public T join() {
        return first.join();
    }
}

package io.apexproxy.runtime.relay.opening;

import java.nio.channels.CompletionHandler;
import java.util.concurrent.CompletableFuture;

/** A completion handler that completes a future. */
record FutureHandler(CompletableFuture<Integer> result) implements CompletionHandler<Integer, Object> {

    @Override
    public void completed(Integer count, Object attachment) {
        result.complete(count);
    }

    @Override
    public void failed(Throwable cause, Object attachment) {
        result.completeExceptionally(cause);
    }
}

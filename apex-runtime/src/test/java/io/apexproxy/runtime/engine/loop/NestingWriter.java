package io.apexproxy.runtime.engine.loop;

import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.CompletableFuture;

/** Writes single bytes, each from the handler of the previous write, and measures the nesting depth of the handlers. */
final class NestingWriter implements CompletionHandler<Integer, Object> {
    final CompletableFuture<Void> done = new CompletableFuture<>();
    int mostNested;

    private final AsynchronousSocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1);
    private int left;
    private int depth;

    NestingWriter(AsynchronousSocketChannel channel, int bytes) {
        this.channel = channel;
        this.left = bytes;
    }

    void next() {
        channel.write(buffer.clear(), null, this);
    }

    @Override
    public void completed(Integer result, Object attachment) {
        mostNested = Math.max(mostNested, ++depth);
        if (--left > 0) {
            next();
        } else {
            done.complete(null);
        }
        depth--;
    }

    @Override
    public void failed(Throwable cause, Object attachment) {
        done.completeExceptionally(cause);
    }
}

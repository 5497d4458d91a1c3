package io.apexproxy.runtime.engine.loop;

import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;

/** An operation that is repeated when it completes, until the channel fails or reaches the end of the stream. */
final class Repeated implements CompletionHandler<Integer, Object> {
    private final Runnable operation;
    private final ByteBuffer buffer;

    private Repeated(Operation operation, ByteBuffer buffer) {
        this.buffer = buffer;
        this.operation = () -> operation.begin(buffer, this);
    }

    /** Writes zeros repeatedly. */
    static void write(AsynchronousSocketChannel channel, int size) {
        new Repeated((buffer, handler) -> channel.write(buffer.clear(), null, handler),
                ByteBuffer.allocateDirect(size)).operation.run();
    }

    /** Reads repeatedly and discards the bytes. */
    static void read(AsynchronousSocketChannel channel, int size) {
        new Repeated((buffer, handler) -> channel.read(buffer.clear(), null, handler),
                ByteBuffer.allocateDirect(size)).operation.run();
    }

    /** Echoes received bytes one by one. */
    static void echo(AsynchronousSocketChannel channel) {
        new Repeated((buffer, handler) -> {
            if (buffer.position() == 0) {
                channel.read(buffer, null, handler);
            } else {
                channel.write(buffer.flip(), null, new Emptying(buffer, handler));
            }
        }, ByteBuffer.allocateDirect(1)).operation.run();
    }

    @Override
    public void completed(Integer result, Object attachment) {
        if (result >= 0) {
            operation.run();
        }
    }

    @Override
    public void failed(Throwable cause, Object attachment) {
        buffer.clear();
    }

    private interface Operation {
        void begin(ByteBuffer buffer, CompletionHandler<Integer, Object> handler);
    }

    private record Emptying(ByteBuffer buffer, CompletionHandler<Integer, Object> handler)
            implements CompletionHandler<Integer, Object> {
        @Override
        public void completed(Integer result, Object attachment) {
            buffer.clear();
            handler.completed(result, attachment);
        }

        @Override
        public void failed(Throwable cause, Object attachment) {
            handler.failed(cause, attachment);
        }
    }
}

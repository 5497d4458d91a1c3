package io.apexproxy.api.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ReadPendingException;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritePendingException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A connection of a {@link FakeConnector}. */
final class FakeChannel implements AsynchronousByteChannel {

    /** In bytes; what {@code close} discards. */
    private static final int MAX_DISCARDED = 64 * 1024;

    private final FakeConnector connector;
    private final SocketChannel socket;
    private final Duration timeout;
    private final AtomicBoolean reading = new AtomicBoolean();
    private final AtomicBoolean writing = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    FakeChannel(FakeConnector connector, SocketChannel socket, Duration timeout) {
        this.connector = connector;
        this.socket = socket;
        this.timeout = timeout;
    }

    @Override
    public <A> void read(ByteBuffer target, A attachment, CompletionHandler<Integer, ? super A> handler) {
        handle(read(target), attachment, handler);
    }

    @Override
    public Future<Integer> read(ByteBuffer target) {
        if (!reading.compareAndSet(false, true)) {
            throw new ReadPendingException();
        }
        return start(() -> socket.read(target), reading);
    }

    @Override
    public <A> void write(ByteBuffer source, A attachment, CompletionHandler<Integer, ? super A> handler) {
        handle(write(source), attachment, handler);
    }

    @Override
    public Future<Integer> write(ByteBuffer source) {
        if (!writing.compareAndSet(false, true)) {
            throw new WritePendingException();
        }
        return start(() -> socket.write(source), writing);
    }

    private CompletableFuture<Integer> start(Operation operation, AtomicBoolean pending) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        try {
            connector.run(() -> {
                try {
                    int count = operation.run();
                    pending.set(false);
                    result.complete(count);
                } catch (IOException e) {
                    pending.set(false);
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) { // the context is closed
            result.completeExceptionally(new IOException("closed", e));
        }
        return result;
    }

    private <A> void handle(Future<Integer> operation, A attachment, CompletionHandler<Integer, ? super A> handler) {
        ((CompletableFuture<Integer>) operation).whenComplete((count, failure) -> connector.handle(() -> {
            if (failure == null) {
                handler.completed(count, attachment);
            } else {
                handler.failed(failure, attachment);
            }
        }));
    }

    @Override
    public boolean isOpen() {
        return !closed.get();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (reading.get() || writing.get()) {
            connector.discard(socket);
            return;
        }
        try {
            socket.shutdownOutput();
            connector.closeAfter(socket, timeout);
            connector.run(this::discardInput);
        } catch (IOException | RejectedExecutionException e) { // the backend or the context is gone
            connector.discard(socket);
        }
    }

    private void discardInput() {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_DISCARDED);
        try {
            int count = 0;
            while (count >= 0 && buffer.hasRemaining()) {
                count = socket.read(buffer);
            }
        } catch (IOException e) {
            // the backend is gone, or the timeout is over
        }
        connector.discard(socket);
    }

    private interface Operation {
        int run() throws IOException;
    }
}

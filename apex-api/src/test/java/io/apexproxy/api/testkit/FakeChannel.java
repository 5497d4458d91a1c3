package io.apexproxy.api.testkit;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ReadPendingException;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritePendingException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A connection of a {@link FakeConnector}. Its only option is SO_LINGER: with 0, a close resets the connection. */
final class FakeChannel implements AsynchronousByteChannel, NetworkChannel {

    /** In bytes; what {@code close} discards. */
    private static final int MAX_DISCARDED = 64 * 1024;
    /** The value of SO_LINGER if it is off. */
    private static final int NO_LINGER = -1;

    private final FakeConnector connector;
    private final SocketChannel socket;
    private final Duration timeout;
    private final AtomicBoolean reading = new AtomicBoolean();
    private final AtomicBoolean writing = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean resets;

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

    /** Not supported: the channel is connected. */
    @Override
    public NetworkChannel bind(SocketAddress local) {
        throw new UnsupportedOperationException("bind of a connected channel");
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return socket.getLocalAddress();
    }

    @Override
    public <T> NetworkChannel setOption(SocketOption<T> name, T value) throws IOException {
        requireLinger(name);
        int seconds = StandardSocketOptions.SO_LINGER.type().cast(Objects.requireNonNull(value, "value"));
        if (seconds > 0) {
            throw new IllegalArgumentException("SO_LINGER: expected 0 or less, found " + seconds);
        }
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        resets = seconds == 0;
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) {
        requireLinger(name);
        return name.type().cast(resets ? 0 : NO_LINGER);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Set.of(StandardSocketOptions.SO_LINGER);
    }

    private static void requireLinger(SocketOption<?> name) {
        if (name != StandardSocketOptions.SO_LINGER) {
            throw new UnsupportedOperationException("'" + name + "' not supported");
        }
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
        if (resets) {
            reset();
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

    private void reset() {
        try {
            if (socket.supportedOptions().contains(StandardSocketOptions.SO_LINGER)) { // TCP
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            // the context has closed the socket
        }
        connector.discard(socket);
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

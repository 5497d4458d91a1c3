package io.apexproxy.runtime.probe;

import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ReadPendingException;
import java.nio.channels.WritePendingException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connected channel of a plugin over a channel of the loop. Any thread, except where stated. */
final class ProbeChannel extends LingerChannel implements OpenConnection {

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");

    private final ProbeConnections connections;
    private final LoopSocketChannel channel;
    private final Loop loop;
    private final Duration timeout;
    private final AtomicBoolean reading = new AtomicBoolean();
    private final AtomicBoolean writing = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    // on the loop's thread only
    private boolean aborted;
    /** Whether the first read or write has begun. */
    private boolean acknowledged;
    /** Null until the close begins. */
    private Deadline deadline;

    ProbeChannel(ProbeConnections connections, LoopSocketChannel channel, Duration timeout) {
        this.connections = connections;
        this.channel = channel;
        this.loop = channel.loop();
        this.timeout = timeout;
    }

    @Override
    public <A> void read(ByteBuffer target, A attachment, CompletionHandler<Integer, ? super A> handler) {
        Objects.requireNonNull(handler, "handler");
        handle(startRead(target), attachment, handler);
    }

    @Override
    public Future<Integer> read(ByteBuffer target) {
        return new LoopFuture<>(startRead(target), connections.executor(), this::close);
    }

    @Override
    public <A> void write(ByteBuffer source, A attachment, CompletionHandler<Integer, ? super A> handler) {
        Objects.requireNonNull(handler, "handler");
        handle(startWrite(source), attachment, handler);
    }

    @Override
    public Future<Integer> write(ByteBuffer source) {
        return new LoopFuture<>(startWrite(source), connections.executor(), this::close);
    }

    private <A> void handle(CompletableFuture<Integer> operation, A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        operation.whenComplete((count, failure) -> connections.executor().execute(() -> {
            if (failure == null) {
                handler.completed(count, attachment);
            } else {
                handler.failed(failure, attachment);
            }
        }));
    }

    private CompletableFuture<Integer> startRead(ByteBuffer target) {
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("a read-only buffer");
        }
        if (!reading.compareAndSet(false, true)) {
            throw new ReadPendingException();
        }
        return start(new Transfer(target, true));
    }

    private CompletableFuture<Integer> startWrite(ByteBuffer source) {
        Objects.requireNonNull(source, "source");
        if (!writing.compareAndSet(false, true)) {
            throw new WritePendingException();
        }
        return start(new Transfer(source, false));
    }

    private CompletableFuture<Integer> start(Transfer transfer) {
        try {
            loop.execute(transfer);
        } catch (RejectedExecutionException e) { // the proxy is being closed
            transfer.failed(new ClosedChannelException(), null);
        }
        return transfer.result;
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return channel.getLocalAddress();
    }

    @Override
    public boolean isOpen() {
        return !closed.get();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                loop.execute(this::end);
            } catch (RejectedExecutionException e) {
                LOG.trace("the loop has ended with all connections", e);
            }
        }
    }

    // ---- on the loop's thread only

    private void end() {
        if (aborted) {
            return;
        }
        if (resets() && channel.isTcp() && !channel.hasEndMark()) {
            release();
            channel.reset();
        } else if (reading.get() || writing.get()) {
            abort();
        } else {
            deadline = Deadline.after(timeout, loop, this::abort);
            connections.linger(this);
            new StreamEnd(channel, this::abort).begin();
        }
    }

    @Override
    public void abort() {
        if (!aborted) {
            release();
            channel.close();
        }
    }

    private void release() {
        aborted = true;
        closed.set(true);
        connections.remove(this);
        if (deadline != null) {
            deadline.cancel();
        }
    }

    private void acknowledge() {
        if (!acknowledged) {
            acknowledged = true;
            DeferredAck.end(channel);
        }
    }

    /** A read or write that the plugin has begun. */
    private final class Transfer implements Runnable, CompletionHandler<Integer, Void> {
        private final ByteBuffer buffer;
        private final boolean isRead;
        private final CompletableFuture<Integer> result = new CompletableFuture<>();

        private Transfer(ByteBuffer buffer, boolean isRead) {
            this.buffer = buffer;
            this.isRead = isRead;
        }

        @Override
        public void run() {
            if (closed.get()) {
                failed(new ClosedChannelException(), null);
            } else if (!buffer.hasRemaining()) {
                completed(0, null);
            } else {
                acknowledge();
                if (isRead) {
                    channel.read(buffer, null, this);
                } else {
                    channel.write(buffer, null, this);
                }
            }
        }

        @Override
        public void completed(Integer count, Void nothing) {
            if (count == 0 && buffer.hasRemaining()) { // a record without bytes, or a full send buffer
                loop.execute(this);
                return;
            }
            end();
            result.complete(count);
        }

        @Override
        public void failed(Throwable failure, Void nothing) {
            end();
            result.completeExceptionally(failure);
        }

        private void end() {
            (isRead ? reading : writing).set(false);
        }
    }
}

package io.apexproxy.runtime.probe;

import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
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
final class ProbeChannel implements AsynchronousByteChannel, OpenConnection {

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");
    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0).asReadOnlyBuffer();
    /** The number of bytes that a close discards. A backend that sends more receives RST. */
    private static final int MAX_DISCARDED = 64 * 1024;
    private static final int DISCARD_BUFFER = 4096;

    private final ProbeConnections connections;
    private final LoopSocketChannel channel;
    private final Loop loop;
    private final Duration timeout;
    private final AtomicBoolean reading = new AtomicBoolean();
    private final AtomicBoolean writing = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    // on the loop's thread only
    private boolean aborted;
    private int discarded;
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
    public boolean isOpen() {
        return !closed.get();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                loop.execute(this::endStream);
            } catch (RejectedExecutionException e) {
                LOG.trace("the loop has ended with all connections", e);
            }
        }
    }

    // ---- on the loop's thread only

    private void endStream() {
        if (aborted) {
            return;
        }
        if (reading.get() || writing.get()) {
            abort();
            return;
        }
        deadline = Deadline.after(timeout, loop, this::abort);
        connections.linger(this);
        channel.writeLast(NO_BYTES, null, new CompletionHandler<Integer, Void>() {
            @Override
            public void completed(Integer count, Void nothing) {
                discard(ByteBuffer.allocate(DISCARD_BUFFER));
            }

            @Override
            public void failed(Throwable failure, Void nothing) {
                abort();
            }
        });
    }

    /** Reads until the end of the stream: a close with unread bytes would send RST. */
    private void discard(ByteBuffer buffer) {
        if (aborted) {
            return;
        }
        channel.read(buffer.clear(), null, new CompletionHandler<Integer, Void>() {
            @Override
            public void completed(Integer count, Void nothing) {
                discarded += count;
                if (count < 0 || discarded > MAX_DISCARDED) {
                    abort();
                } else {
                    loop.execute(() -> discard(buffer)); // not within this call, which could nest deeply
                }
            }

            @Override
            public void failed(Throwable failure, Void nothing) {
                abort();
            }
        });
    }

    @Override
    public void abort() {
        if (!aborted) {
            aborted = true;
            closed.set(true);
            connections.remove(this);
            if (deadline != null) {
                deadline.cancel();
            }
            channel.close();
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
            } else if (isRead) {
                channel.read(buffer, null, this);
            } else {
                channel.write(buffer, null, this);
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

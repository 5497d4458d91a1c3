package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.sim.world.Endpoint;
import io.apexproxy.runtime.engine.sim.world.ListenQueue;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.AcceptPendingException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.Objects;
import java.util.Set;

/** A listening channel of a simulated loop. */
final class SimulatedServerSocketChannel extends LoopServerSocketChannel implements SimulatedChannel {

    /** Most connections accepted in one readiness, as in {@code engine.loop}. */
    private static final int BURST = 16;
    private static final int DEFAULT_BACKLOG = 50;

    private final SimulatedLoop loop;
    private final SimulatedNetwork network;
    private final SocketOptions options = new SocketOptions(SocketOptions.LISTENING);
    private ListenQueue queue;
    private boolean closed;
    private boolean freed;
    private boolean claimed;
    private Object attachment;
    private CompletionHandler<AsynchronousSocketChannel, Object> handler;
    private Object queueAttachment;
    private CompletionHandler<AsynchronousSocketChannel, Object> queueHandler;

    SimulatedServerSocketChannel(SimulatedLoop loop, SimulatedNetwork network) {
        super(null);
        this.loop = loop;
        this.network = network;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    private void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public AsynchronousServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
        requireOpen();
        if (queue != null) {
            throw new AlreadyBoundException();
        }
        SocketAddress wanted = local != null ? local : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        queue = network.bind(wanted, backlog > 0 ? backlog : DEFAULT_BACKLOG,
                () -> options.isOn(StandardSocketOptions.SO_REUSEPORT));
        queue.onChange(() -> loop.markReady(this));
        return this;
    }

    @Override
    public <T> AsynchronousServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        requireOpen();
        options.set(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        requireOpen();
        return options.get(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return options.supported();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        requireOpen();
        return queue == null ? null : queue.address();
    }

    @Override
    public <A> void accept(A newAttachment, CompletionHandler<AsynchronousSocketChannel, ? super A> newHandler) {
        Objects.requireNonNull(newHandler, "handler");
        if (closed) {
            offer(() -> loop.handlers().failed(LoopSocketChannel.untyped(newHandler), new ClosedChannelException(),
                    newAttachment));
            return;
        }
        if (queue == null) {
            throw new NotYetBoundException();
        }
        if (claimed) {
            throw new AcceptPendingException();
        }
        claimed = true;
        if (loop.inLoop()) {
            begin(newAttachment, newHandler);
        } else {
            offer(() -> begin(newAttachment, newHandler));
        }
    }

    private <A> void begin(A newAttachment, CompletionHandler<AsynchronousSocketChannel, ? super A> newHandler) {
        attachment = newAttachment;
        handler = LoopSocketChannel.untyped(newHandler);
        if (closed) {
            failPending();
        } else {
            loop.markReady(this);
        }
    }

    private void offer(Runnable task) {
        if (!loop.offer(task)) {
            throw new ShutdownChannelGroupException();
        }
    }

    /** {@inheritDoc} On a thread other than the loop's, turns of the loop run within this call. */
    @Override
    public void close() {
        startClosing();
        while (!loop.inLoop() && !freed) {
            loop.turn();
        }
    }

    @Override
    public <A> void closeAfterAccepting(A newAttachment,
            CompletionHandler<AsynchronousSocketChannel, ? super A> newHandler) {
        Objects.requireNonNull(newHandler, "handler");
        if (!closed) {
            queueAttachment = newAttachment;
            queueHandler = LoopSocketChannel.untyped(newHandler);
            close();
        }
    }

    @Override
    public void startClosing() {
        if (!closed) {
            closed = true;
            loop.release(this);
        }
    }

    // ---- called by the loop

    @Override
    public boolean isReady() {
        return !closed && handler != null && queue.size() > 0;
    }

    /** {@inheritDoc} If the handler accepts again within its call, the next queued connection completes that accept. */
    @Override
    public void dispatch() {
        for (int left = BURST; left > 0 && isReady(); left--) {
            AsynchronousSocketChannel accepted;
            Object completed = attachment;
            try {
                accepted = next();
            } catch (Throwable failure) {
                loop.handlers().failed(release(), failure, completed);
                return;
            }
            loop.handlers().completed(release(), accepted, completed);
        }
    }

    /** Accepts the connection that was queued first. The queue must not be empty. */
    private SimulatedSocketChannel next() throws IOException {
        loop.process().simulation().systemCall();
        Throwable injected = queueHandler == null ? loop.process().takeAcceptFailure() : null;
        if (injected instanceof Error error) {
            throw error;
        }
        if (injected instanceof IOException failure) {
            throw failure;
        }
        loop.process().openDescriptor();
        Endpoint connection = queue.poll();
        if (loop.isShutdown() && queueHandler == null) {
            connection.close();
            loop.process().closeDescriptor();
            throw new IOException("the channel group is shut down", new ShutdownChannelGroupException());
        }
        return loop.adopt(connection);
    }

    private CompletionHandler<AsynchronousSocketChannel, Object> release() {
        CompletionHandler<AsynchronousSocketChannel, Object> released = handler;
        handler = null;
        attachment = null;
        claimed = false;
        return released;
    }

    @Override
    public void failPending() {
        if (handler != null) {
            loop.defer(() -> {
                if (handler != null) {
                    Object failed = attachment;
                    loop.handlers().failed(release(), new AsynchronousCloseException(), failed);
                }
            });
        }
    }

    @Override
    public void free() {
        if (queue != null) {
            acceptQueued();
            queue.close();
        }
        loop.process().closeDescriptor();
        freed = true;
    }

    private void acceptQueued() {
        while (queueHandler != null && queue.size() > 0) {
            AsynchronousSocketChannel accepted;
            try {
                accepted = next();
            } catch (Throwable failure) {
                loop.handlers().failed(queueHandler, failure, queueAttachment);
                return;
            }
            loop.handlers().completed(queueHandler, accepted, queueAttachment);
        }
    }
}

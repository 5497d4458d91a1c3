package io.apexproxy.runtime.engine.select;

import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.TurnObserver;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel group with one thread, the event loop, for all channels, tasks and timers.
 *
 * <p>Handlers, tasks and timers must not block, because that stalls every channel of the group. All methods may be
 * called from any thread, concurrently. {@link LoopProvider} creates groups.
 *
 * @since 0.1
 */
public final class LoopGroup extends AsynchronousChannelGroup implements Loop {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    private final EventLoop loop;
    private volatile boolean shutdown;

    LoopGroup(LoopProvider provider, ThreadFactory threads, TurnObserver turns) throws IOException {
        super(provider);
        Selector selector = Selector.open();
        loop = new EventLoop(selector, () -> shutdown && selector.keys().isEmpty(), turns);
        try {
            threads.newThread(loop).start();
        } catch (Throwable failure) {
            selector.close();
            throw failure;
        }
    }

    @Override
    public LoopServerSocketChannel openServer(SocketAddress address) throws IOException {
        StandardProtocolFamily family = Loop.family(address);
        return SelectedServerSocketChannel.open(this, ServerSocketChannel.open(family),
                family == StandardProtocolFamily.UNIX);
    }

    @Override
    public LoopServerSocketChannel openServer(ServerSocketChannel inherited) throws IOException {
        return SelectedServerSocketChannel.inherit(this, inherited);
    }

    @Override
    public LoopSocketChannel openSocket(SocketAddress address) throws IOException {
        StandardProtocolFamily family = Loop.family(address);
        return adopt(SocketChannel.open(family), family == StandardProtocolFamily.UNIX, false);
    }

    @Override
    public Reserve reserve(SocketAddress address) throws IOException {
        return new ReservedSocket(this, Loop.family(address));
    }

    @Override
    public boolean inLoop() {
        return loop.inLoop();
    }

    @Override
    public long nanoTime() {
        return loop.nanoTime();
    }

    @Override
    public long readNanoTime() {
        return System.nanoTime();
    }

    @Override
    public void close() {
        shutdownNow();
    }

    /**
     * {@inheritDoc}
     *
     * <p>A {@code Throwable} of the task is logged.
     *
     * @throws RejectedExecutionException if the group has terminated
     */
    @Override
    public void execute(Runnable task) {
        if (task == null) {
            throw new NullPointerException("task");
        }
        if (!loop.offer(task)) {
            throw new RejectedExecutionException("the channel group has terminated");
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the delay is negative
     * @throws RejectedExecutionException if the group has terminated
     */
    @Override
    public void schedule(Runnable task, long delayMillis) {
        if (task == null) {
            throw new NullPointerException("task");
        }
        if (delayMillis < 0) {
            throw new IllegalArgumentException("delayMillis: expected 0 or more, found " + delayMillis);
        }
        long deadline = Timers.deadline(delayMillis);
        if (loop.inLoop()) {
            loop.at(deadline, task);
        } else {
            execute(() -> loop.at(deadline, task));
        }
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return loop.terminated().getCount() == 0;
    }

    /**
     * Refuses new channels. The group terminates when its last channel is closed. Until then tasks and timers run;
     * tasks submitted before the termination still run.
     */
    @Override
    public void shutdown() {
        shutdown = true;
        loop.wakeup();
    }

    /**
     * Refuses new channels and closes all open ones. Pending operations fail with
     * {@link java.nio.channels.AsynchronousCloseException} on the loop.
     */
    @Override
    public void shutdownNow() {
        shutdown();
        try {
            for (SelectionKey key : loop.selector().keys()) {
                if (key.attachment() instanceof LoopHandle channel) {
                    channel.startClosing();
                }
            }
        } catch (ClosedSelectorException terminated) {
            LOG.trace("no channel is open", terminated);
        }
    }

    /**
     * Waits for termination. On the loop's thread the wait always times out.
     *
     * @return whether the group has terminated and all descriptors of its channels are freed
     */
    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return loop.terminated().await(timeout, unit);
    }

    EventLoop loop() {
        return loop;
    }

    /**
     * Makes a socket a channel of the group; closes the socket on failure.
     *
     * @param unixDomain whether the socket is a Unix-domain socket
     * @param connected whether the socket was accepted
     */
    SelectedSocketChannel adopt(SocketChannel socket, boolean unixDomain, boolean connected) throws IOException {
        try {
            var channel = new SelectedSocketChannel(this, socket, unixDomain, connected);
            admit(channel, socket);
            return channel;
        } catch (Throwable failure) {
            socket.close();
            throw failure;
        }
    }

    /**
     * Registers a channel without interest. The keys of the selector are the channels of the group.
     *
     * @throws ShutdownChannelGroupException if the group is shut down; the caller closes the socket
     */
    void admit(LoopHandle channel, SelectableChannel socket) throws IOException {
        SelectionKey key;
        try {
            socket.configureBlocking(false);
            key = socket.register(loop.selector(), 0);
        } catch (ClosedSelectorException terminated) {
            throw new ShutdownChannelGroupException();
        }
        channel.registered(key);
        key.attach(channel);
        // register, then read the flag; shutdownNow() sets it, then reads the keys: no channel escapes both
        if (shutdown) {
            key.cancel();
            loop.wakeup();
            throw new ShutdownChannelGroupException();
        }
    }
}

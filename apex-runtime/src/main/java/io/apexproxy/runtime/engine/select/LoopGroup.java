package io.apexproxy.runtime.engine.select;

import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.TurnObserver;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group whose channels, tasks and timers share one thread, its event loop.
 *
 * <p>Whatever runs there must not block: it would stop every channel of the group. All methods may be called from any
 * thread, concurrently. Made by {@link LoopProvider}.
 *
 * @since 0.1
 */
public final class LoopGroup extends AsynchronousChannelGroup implements Loop {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    private final LoopProvider provider;
    private final EventLoop loop;
    private volatile boolean shutdown;

    LoopGroup(LoopProvider provider, ThreadFactory threads, TurnObserver turns) throws IOException {
        super(provider);
        this.provider = provider;
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
        return provider.openServerSocketChannel(this, family(address));
    }

    @Override
    public LoopSocketChannel openSocket(SocketAddress address) throws IOException {
        return provider.openSocketChannel(this, family(address));
    }

    @Override
    public Reserve reserve(SocketAddress address) throws IOException {
        return new ReservedSocket(this, family(address));
    }

    /** A socket for both versions of IP costs one more system call, and a conversion of each address. */
    static ProtocolFamily family(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress) {
            return StandardProtocolFamily.UNIX;
        }
        return address instanceof InetSocketAddress internet && internet.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
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
     * Runs a task on the loop, never within this call, after the tasks that the same thread passed before. A
     * {@code Throwable} that escapes it is logged.
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
     * Lets no new channel in. The group terminates when its last channel is closed; tasks and timers go on until then,
     * and tasks that were passed before still run.
     */
    @Override
    public void shutdown() {
        shutdown = true;
        loop.wakeup();
    }

    /**
     * Lets no new channel in and closes what is open, as if by {@code close}: what is pending fails with
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
            LOG.trace("Nothing is open any more", terminated);
        }
    }

    /**
     * Waits for termination. On the loop itself the wait could only time out.
     *
     * @return whether the group has terminated; then all descriptors of its channels are freed
     */
    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return loop.terminated().await(timeout, unit);
    }

    EventLoop loop() {
        return loop;
    }

    /**
     * Makes a socket a channel of the group; closes it if it cannot be one.
     *
     * @param unixDomain whether it is a Unix-domain socket
     * @param connected whether it was accepted
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
     * Lets a new channel in, as a key of the selector that is interested in nothing: the keys are the group's members.
     *
     * @throws ShutdownChannelGroupException if the group is shut down; the caller closes what it opened
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
        // In this order, and the reverse in shutdownNow(): a channel is either refused here or seen there.
        if (shutdown) {
            key.cancel();
            loop.wakeup();
            throw new ShutdownChannelGroupException();
        }
    }
}

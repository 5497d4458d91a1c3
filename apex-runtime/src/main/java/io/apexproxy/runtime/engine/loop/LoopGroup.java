package io.apexproxy.runtime.engine.loop;

import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.TurnObserver;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * A channel group with one thread, the event loop, for all channels, tasks and timers.
 *
 * <p>Handlers, tasks and timers must not block, because that stalls every channel of the group. All methods may be
 * called from any thread, concurrently. {@link LoopProvider} creates groups.
 *
 * @since 0.1
 */
public final class LoopGroup extends AsynchronousChannelGroup implements Loop {
    private final Transport transport;
    private final EventLoop loop;
    private volatile boolean shutdown;

    LoopGroup(LoopProvider provider, Transport transport, ThreadFactory threads, TurnObserver turns)
            throws IOException {
        super(provider);
        this.transport = transport;
        loop = new EventLoop(transport, () -> shutdown && transport.isEmpty(), turns);
        try {
            threads.newThread(loop).start();
        } catch (Throwable failure) {
            transport.close();
            throw failure;
        }
    }

    @Override
    public LoopServerSocketChannel openServer(SocketAddress address) throws IOException {
        return admit(transport.newServer(this, Loop.family(address)));
    }

    @Override
    public LoopServerSocketChannel openServer(ServerSocketChannel inherited) throws IOException {
        return admit(transport.newServer(this, inherited));
    }

    @Override
    public LoopServerSocketChannel openServer(int descriptor) throws IOException {
        return admit(transport.newServer(this, descriptor));
    }

    @Override
    public LoopSocketChannel openSocket(SocketAddress address) throws IOException {
        return admit(transport.newSocket(this, Loop.family(address)));
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
        transport.forEachChannel(LoopHandle::startClosing);
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

    Transport transport() {
        return transport;
    }

    /**
     * Registers a channel; closes its socket on failure.
     *
     * @throws ShutdownChannelGroupException if the group is shut down
     */
    <C extends LoopHandle> C admit(C channel) throws IOException {
        try {
            channel.register();
            // register, then read the flag; shutdownNow() sets it, then visits the channels: no channel escapes both
            if (shutdown) {
                channel.deregister();
                loop.wakeup();
                throw new ShutdownChannelGroupException();
            }
            return channel;
        } catch (Throwable failure) {
            channel.closeSocket();
            throw failure;
        }
    }
}

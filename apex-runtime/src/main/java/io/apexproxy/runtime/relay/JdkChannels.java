package io.apexproxy.runtime.relay;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Channels of the JDK's provider, which runs handlers only: tasks have a thread beside the loop's. */
final class JdkChannels implements LoopChannels {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private final AsynchronousChannelProvider provider = AsynchronousChannelProvider.provider();
    private final AsynchronousChannelGroup group;
    private final ScheduledThreadPoolExecutor tasks;

    JdkChannels(ThreadFactory threads, ThreadFactory taskThreads) throws IOException {
        this.group = provider.openAsynchronousChannelGroup(1, threads);
        this.tasks = new ScheduledThreadPoolExecutor(1, taskThreads);
        tasks.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public AsynchronousServerSocketChannel openServer(SocketAddress address) throws IOException {
        return provider.openAsynchronousServerSocketChannel(group);
    }

    @Override
    public AsynchronousSocketChannel openSocket(SocketAddress address) throws IOException {
        return provider.openAsynchronousSocketChannel(group);
    }

    @Override
    public Reserve reserve(SocketAddress address) throws IOException {
        AsynchronousSocketChannel socket = openSocket(address);
        return new Reserve() {
            @Override
            public AsynchronousSocketChannel socketFor(SocketAddress wanted) { // there is one kind only
                return socket;
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }

    /** Closing frees descriptors at once. */
    @Override
    public void afterClosing(Runnable task) {
        task.run();
    }

    @Override
    public void later(Runnable task, long delayMillis) {
        try {
            tasks.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("The loop has ended", e);
        }
    }

    @Override
    public int firstBuffer() {
        return 0;
    }

    @Override
    public void close() throws IOException {
        tasks.shutdownNow();
        group.shutdownNow();
    }
}

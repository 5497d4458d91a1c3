package io.apexproxy.runtime.relay;

import java.io.IOException;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One thread, its channels, its buffers and its sessions.
 *
 * <p>Completion handlers of the channels opened here run on the loop's thread, one at a time.
 */
final class EventLoop {

    private final int index;
    private final AsynchronousChannelProvider provider;
    private final AsynchronousChannelGroup group;
    private final CoarseClock clock;
    private final BufferPool buffers;
    /** Concurrent, because the sweeper looks at all sessions; only the loop adds and removes. */
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();

    EventLoop(int index, AsynchronousChannelProvider provider, CoarseClock clock, BufferMemory memory)
            throws IOException {
        this.index = index;
        this.provider = provider;
        this.clock = clock;
        this.buffers = new BufferPool(memory);
        this.group = provider.openAsynchronousChannelGroup(1, task -> {
            Thread thread = new Thread(task, "apex-loop-" + index);
            thread.setDaemon(true);
            return thread;
        });
    }

    AsynchronousServerSocketChannel openServer() throws IOException {
        return provider.openAsynchronousServerSocketChannel(group);
    }

    AsynchronousSocketChannel openSocket() throws IOException {
        return provider.openAsynchronousSocketChannel(group);
    }

    int index() {
        return index;
    }

    CoarseClock clock() {
        return clock;
    }

    BufferPool buffers() {
        return buffers;
    }

    Set<Session> sessions() {
        return sessions;
    }

    /** Ends the thread; channels that are still open are closed. */
    void close() throws IOException {
        group.shutdownNow();
    }
}

package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.channels.LoopGroup;
import io.apexproxy.runtime.channels.LoopProvider;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
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
    private final SpareDescriptor spare = new SpareDescriptor();
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

    /** Opens a socket to listen on an address of this kind. */
    AsynchronousServerSocketChannel openServer(SocketAddress address) throws IOException {
        return provider instanceof LoopProvider ours
                ? ours.openServerSocketChannel((LoopGroup) group, family(address))
                : provider.openAsynchronousServerSocketChannel(group);
    }

    /** Opens a socket to connect to an address of this kind; where there is no descriptor left, with the spare one. */
    AsynchronousSocketChannel openSocket(SocketAddress address) throws IOException {
        try {
            return open(address);
        } catch (IOException e) {
            if (LocalFailure.is(e) && spare.spend()) {
                return open(address);
            }
            throw e;
        }
    }

    private AsynchronousSocketChannel open(SocketAddress address) throws IOException {
        return provider instanceof LoopProvider ours
                ? ours.openSocketChannel((LoopGroup) group, family(address))
                : provider.openAsynchronousSocketChannel(group);
    }

    /** A socket for both versions of the protocol costs one more system call, and a conversion of each address. */
    private static ProtocolFamily family(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress) {
            return StandardProtocolFamily.UNIX;
        }
        return address instanceof InetSocketAddress internet && internet.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    /**
     * Runs a task on the loop's thread, soon. Any thread; only where the channels are our own.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the loop has ended
     */
    void execute(Runnable task) {
        ((LoopGroup) group).execute(task);
    }

    /** Whether a client that is accepted now can be given a connection to a backend. Any thread. */
    boolean hasSpareDescriptor() {
        return spare.restore();
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
        spare.spend();
        group.shutdownNow();
    }
}

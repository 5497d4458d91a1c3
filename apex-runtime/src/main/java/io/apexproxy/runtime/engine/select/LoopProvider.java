package io.apexproxy.runtime.engine.select;

import io.apexproxy.runtime.engine.Engine;
import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.TurnObserver;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.IllegalChannelGroupException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;

/**
 * Opens groups that are event loops, and channels in them. The package says what is offered and what is not.
 *
 * <p>All methods may be called from any thread. Those that open a channel throw
 * {@link java.nio.channels.ShutdownChannelGroupException} when the group is shut down.
 *
 * @since 0.1
 */
public final class LoopProvider extends AsynchronousChannelProvider implements Engine {

    /** The name of this engine, for the log. */
    public static final String NAME = "select";

    /**
     * Starts an event loop.
     *
     * @param nThreads 1: a loop is one thread; for more, open more groups
     * @param threadFactory makes the loop's thread, which is started here and ends when the group terminates
     * @throws IllegalArgumentException if {@code nThreads} is not 1
     */
    @Override
    public LoopGroup openAsynchronousChannelGroup(int nThreads, ThreadFactory threadFactory) throws IOException {
        if (nThreads != 1) {
            throw new IllegalArgumentException("nThreads: expected 1 (open one group per thread), found " + nThreads);
        }
        return openLoop(threadFactory, TurnObserver.NONE);
    }

    @Override
    public LoopGroup openLoop(ThreadFactory threads, TurnObserver turns) throws IOException {
        return new LoopGroup(this, threads, turns);
    }

    /**
     * Linux distributes them. BSD and macOS have SO_REUSEPORT, but give all connections to one socket; Windows lacks
     * it.
     */
    @Override
    public boolean distributesConnections() {
        return System.getProperty("os.name").equals("Linux");
    }

    /**
     * Not offered: a loop keeps its thread until it terminates, which is not what an executor's threads are for.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public AsynchronousChannelGroup openAsynchronousChannelGroup(ExecutorService executor, int initialSize) {
        throw new UnsupportedOperationException("a group over an executor; use the form with a thread factory");
    }

    /**
     * Opens a server channel for TCP over IPv4 and, where there is such, IPv6. Its {@code close} returns when the
     * address can be bound again, for which it waits up to a second for the loop; called on the loop itself, it does
     * not wait.
     *
     * @param group a {@link LoopGroup}
     * @throws IllegalChannelGroupException if the group is another provider's
     * @throws UnsupportedOperationException if the group is null: there is no default group
     */
    @Override
    public LoopServerSocketChannel openAsynchronousServerSocketChannel(AsynchronousChannelGroup group)
            throws IOException {
        return SelectedServerSocketChannel.open(ours(group), ServerSocketChannel.open(), false);
    }

    /**
     * Opens a channel for TCP over IPv4 and, where there is such, IPv6.
     *
     * @param group a {@link LoopGroup}
     * @throws IllegalChannelGroupException if the group is another provider's
     * @throws UnsupportedOperationException if the group is null: there is no default group
     */
    @Override
    public LoopSocketChannel openAsynchronousSocketChannel(AsynchronousChannelGroup group) throws IOException {
        return ours(group).adopt(SocketChannel.open(), false, false);
    }

    /**
     * Opens a server channel of one protocol family.
     *
     * @param family of {@link StandardProtocolFamily}; with {@code UNIX} the channel binds to a
     *         {@link java.net.UnixDomainSocketAddress}, whose file is the caller's to delete
     * @throws UnsupportedOperationException if the platform does not know the family
     */
    public LoopServerSocketChannel openServerSocketChannel(LoopGroup group, ProtocolFamily family)
            throws IOException {
        return SelectedServerSocketChannel.open(ours(group), ServerSocketChannel.open(family),
                family == StandardProtocolFamily.UNIX);
    }

    /**
     * Opens a channel of one protocol family.
     *
     * @param family of {@link StandardProtocolFamily}; with {@code UNIX} the channel connects to a
     *         {@link java.net.UnixDomainSocketAddress}
     * @throws UnsupportedOperationException if the platform does not know the family
     */
    public LoopSocketChannel openSocketChannel(LoopGroup group, ProtocolFamily family) throws IOException {
        return adopt(group, family, SocketChannel.open(family));
    }

    /**
     * Makes a socket a channel of a group; it is the channel's from then on, and closed if it cannot be one.
     *
     * @param family the socket's
     * @param socket neither connected nor registered with a selector
     */
    public LoopSocketChannel adopt(LoopGroup group, ProtocolFamily family, SocketChannel socket) throws IOException {
        return ours(group).adopt(socket, family == StandardProtocolFamily.UNIX, false);
    }

    private LoopGroup ours(AsynchronousChannelGroup group) {
        if (group == null) {
            throw new UnsupportedOperationException("a default group; pass a LoopGroup");
        }
        if (group instanceof LoopGroup ours && group.provider() == this) {
            return ours;
        }
        throw new IllegalChannelGroupException();
    }
}

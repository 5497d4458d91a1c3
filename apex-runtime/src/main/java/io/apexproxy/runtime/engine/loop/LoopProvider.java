package io.apexproxy.runtime.engine.loop;

import io.apexproxy.runtime.engine.Engine;
import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.TurnObserver;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.IllegalChannelGroupException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;

/**
 * A provider of event loops and their channels. The package description lists the supported operations.
 *
 * <p>All methods may be called from any thread. Those that open a channel throw
 * {@link java.nio.channels.ShutdownChannelGroupException} when the group is shut down.
 *
 * @since 0.1
 */
public final class LoopProvider extends AsynchronousChannelProvider implements Engine {

    private final String name;
    private final Transport.Factory transports;
    private final int pipesPerLoop;

    /**
     * Creates a provider.
     *
     * @param name the name of the engine
     * @param transports opens the transport of each loop
     * @param pipesPerLoop the most pipes that each transport opens
     */
    public LoopProvider(String name, Transport.Factory transports, int pipesPerLoop) {
        this.name = name;
        this.transports = transports;
        this.pipesPerLoop = pipesPerLoop;
    }

    @Override
    public int pipesPerLoop() {
        return pipesPerLoop;
    }

    @Override
    public String name() {
        return name;
    }

    /**
     * Starts an event loop.
     *
     * @param nThreads 1, as a loop is one thread; for more threads, open more groups
     * @param threadFactory creates the loop's thread, which this method starts and which ends when the group terminates
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
        return new LoopGroup(this, transports.open(), threads, turns);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Linux distributes them. BSD and macOS have SO_REUSEPORT, but assign all connections to one socket. Windows
     * does not have it.
     */
    @Override
    public boolean distributesConnections() {
        return System.getProperty("os.name").equals("Linux");
    }

    /**
     * Not supported: a loop occupies its thread until it terminates, so it cannot share the threads of an executor.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public AsynchronousChannelGroup openAsynchronousChannelGroup(ExecutorService executor, int initialSize) {
        throw new UnsupportedOperationException("a group over an executor; use the form with a thread factory");
    }

    /**
     * Opens a server channel for TCP over IPv4 and, if the system supports it, IPv6. Its {@code close} waits up to a
     * second until the address can be bound again, unless the caller is the loop.
     *
     * @param group a {@link LoopGroup}
     * @throws IllegalChannelGroupException if the group is another provider's
     * @throws UnsupportedOperationException if the group is null: there is no default group
     */
    @Override
    public LoopServerSocketChannel openAsynchronousServerSocketChannel(AsynchronousChannelGroup group)
            throws IOException {
        LoopGroup own = requireOwn(group);
        try {
            return own.admit(own.transport().newServer(own, StandardProtocolFamily.INET6));
        } catch (UnsupportedOperationException noIpv6) {
            return own.admit(own.transport().newServer(own, StandardProtocolFamily.INET));
        }
    }

    /**
     * Opens a channel for TCP over IPv4 and, if the system supports it, IPv6.
     *
     * @param group a {@link LoopGroup}
     * @throws IllegalChannelGroupException if the group is another provider's
     * @throws UnsupportedOperationException if the group is null: there is no default group
     */
    @Override
    public LoopSocketChannel openAsynchronousSocketChannel(AsynchronousChannelGroup group) throws IOException {
        LoopGroup own = requireOwn(group);
        try {
            return own.admit(own.transport().newSocket(own, StandardProtocolFamily.INET6));
        } catch (UnsupportedOperationException noIpv6) {
            return own.admit(own.transport().newSocket(own, StandardProtocolFamily.INET));
        }
    }

    private LoopGroup requireOwn(AsynchronousChannelGroup group) {
        if (group == null) {
            throw new UnsupportedOperationException("a default group; pass a LoopGroup");
        }
        if (group instanceof LoopGroup own && group.provider() == this) {
            return own;
        }
        throw new IllegalChannelGroupException();
    }
}

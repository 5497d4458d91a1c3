package io.apexproxy.runtime.engine;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.Executor;

/**
 * An event loop: one thread that dispatches the events of its channels and runs tasks and timers.
 *
 * <p>Unless a method says otherwise, it may be called from any thread. Completion handlers, tasks and timers run on the
 * loop's thread, one at a time, and must not block.
 */
public interface Loop extends Executor, Closeable {

    /**
     * Opens an unbound server channel.
     *
     * @param address determines the protocol family
     */
    LoopServerSocketChannel openServer(SocketAddress address) throws IOException;

    /**
     * Opens a server channel on a listening socket that the process was started with. Several loops can have a channel
     * on it; the kernel offers each connection to all of them, and one accepts it. A closed channel stops accepting,
     * but the socket stays open: what is left in its queue is for the other loops, and for the next process.
     *
     * @param inherited becomes non-blocking; the loop never closes it
     * @throws IOException if the loop has a channel on the socket already
     * @throws UnsupportedOperationException if the engine cannot use such sockets
     */
    default LoopServerSocketChannel openServer(ServerSocketChannel inherited) throws IOException {
        throw new UnsupportedOperationException("an inherited socket");
    }

    /**
     * Opens a server channel on a listening socket that the process was started with, by its descriptor. Otherwise like
     * {@link #openServer(ServerSocketChannel)}.
     *
     * @param descriptor of a non-blocking socket
     */
    default LoopServerSocketChannel openServer(int descriptor) throws IOException {
        throw new UnsupportedOperationException("an inherited descriptor");
    }

    /**
     * Opens an unconnected channel.
     *
     * @param address determines the protocol family
     */
    LoopSocketChannel openSocket(SocketAddress address) throws IOException;

    /**
     * Opens a socket that reserves a descriptor.
     *
     * @param address determines the protocol family, the one that the later channel most likely needs
     */
    Reserve reserve(SocketAddress address) throws IOException;

    /**
     * Runs a task on the loop in one of its next turns, never within this call. Tasks of one thread run in submission
     * order. If the loop's thread closes a channel and then submits a task, the descriptor is freed before the task
     * runs.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the loop has ended
     */
    @Override
    void execute(Runnable task);

    /**
     * Runs a task on the loop once, after a delay. The loop dispatches events that are ready when the delay expires
     * before it runs the task. A task that is still waiting when the loop ends does not run.
     *
     * @param delayMillis milliseconds, 0 or more
     * @throws java.util.concurrent.RejectedExecutionException if the loop has ended
     */
    void schedule(Runnable task, long delayMillis);

    /** Returns whether the calling thread is the loop's thread. */
    boolean inLoop();

    /**
     * Returns the last reading of the loop's clock, in nanoseconds of {@link System#nanoTime}. The cost is a field
     * read. The reading is less than a millisecond old unless a handler or task blocks. On the loop's thread only.
     */
    long nanoTime();

    /**
     * Reads the clock, to measure durations shorter than a turn. On the loop's thread only.
     *
     * @return nanoseconds of {@link System#nanoTime}, or of the simulated time
     */
    long readNanoTime();

    /** Returns the protocol family of an address. A dual-stack socket would cost a system call and conversions. */
    static StandardProtocolFamily family(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress) {
            return StandardProtocolFamily.UNIX;
        }
        return address instanceof InetSocketAddress internet && internet.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    /** Closes all channels and ends the thread. Does not wait. */
    @Override
    void close() throws IOException;

    /** A socket that reserves a descriptor. It is used or closed once, by any thread. */
    interface Reserve extends Closeable {

        /**
         * Returns an unconnected channel that uses the reserved descriptor. If the protocol family differs, the
         * reserved socket is closed and a new one is opened.
         *
         * @param address determines the protocol family
         */
        LoopSocketChannel socketFor(SocketAddress address) throws IOException;
    }
}

package io.apexproxy.runtime.engine;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.Executor;

/**
 * An event loop: one thread that dispatches the events of its channels and runs tasks and timers.
 *
 * <p>Unless a method says otherwise, it may be called from any thread. Completion handlers, tasks and timers run on the
 * loop's thread, one at a time, and must not block.
 */
public interface Loop extends Executor, Closeable {

    /**
     * Opens a channel to listen on an address of this kind.
     *
     * @param address tells the protocol family; the channel is not bound
     */
    LoopServerSocketChannel openServer(SocketAddress address) throws IOException;

    /**
     * Opens a channel to connect to an address of this kind.
     *
     * @param address tells the protocol family; the channel is not connected
     */
    LoopSocketChannel openSocket(SocketAddress address) throws IOException;

    /**
     * Opens a socket that holds a descriptor until it is needed.
     *
     * @param address an address of the kind that the socket will most likely connect to
     */
    Reserve reserve(SocketAddress address) throws IOException;

    /**
     * Runs a task on the loop in one of its next turns, never within this call. Tasks of one thread run in their order.
     * A task that the loop's own thread submits after it closed a channel runs after the descriptor was freed.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the loop has ended
     */
    @Override
    void execute(Runnable task);

    /**
     * Runs a task on the loop once, after a delay. Late by what the loop has to do before; events that were ready when
     * the delay expired are dispatched first. A task that is waiting when the loop ends does not run.
     *
     * @param delayMillis milliseconds, 0 or more
     * @throws java.util.concurrent.RejectedExecutionException if the loop has ended
     */
    void schedule(Runnable task, long delayMillis);

    /** Returns whether the calling thread is the loop's. */
    boolean inLoop();

    /**
     * Returns the time at which the loop last looked at its clock, in nanoseconds of {@link System#nanoTime}. It costs
     * a field read, and is less than a millisecond old while the loop does what it is made for. On the loop's thread
     * only.
     */
    long nanoTime();

    /**
     * Reads the clock, for measuring what takes less than a turn. On the loop's thread only.
     *
     * @return nanoseconds of {@link System#nanoTime}, or of the simulated time
     */
    long readNanoTime();

    /** Closes all channels and ends the thread. Does not wait. */
    @Override
    void close() throws IOException;

    /** A socket that holds a descriptor. It is used or closed once, by any thread. */
    interface Reserve extends Closeable {

        /**
         * Makes it a channel to connect to an address of this kind. A reserve of another kind is closed and replaced.
         *
         * @param address tells the protocol family
         */
        LoopSocketChannel socketFor(SocketAddress address) throws IOException;
    }
}

package io.apexproxy.runtime.relay.loop;

import io.apexproxy.runtime.engine.Engine;
import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.limit.LocalFailure;
import io.apexproxy.runtime.relay.buffer.BufferMemory;
import io.apexproxy.runtime.relay.buffer.BufferPool;
import io.apexproxy.runtime.relay.buffer.MemoryQueue;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop of the relay: a loop of the engine with its buffers and its sessions, which it calls when they are due.
 *
 * <p>A session belongs to one loop from its beginning to its end. Methods are for the loop's thread unless they say
 * otherwise. A loop without sessions has no timers.
 */
public final class RelayLoop {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    /**
     * How old {@link #now} may be: the clock is read again after so many events. A timeout adds it to come never early.
     */
    public static final long STALE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Sessions that {@link #forEachSession} visits in one turn. */
    private static final int VISITS_PER_TURN = 500;

    private final int index;
    private final LoopStats stats = new LoopStats();
    private final Loop loop;
    private final BufferPool buffers;
    private final MemoryQueue memoryQueue;
    private final SessionTimer sessions;
    private final SpareDescriptor spare;
    private final Runnable runMemoryQueue = this::runMemoryQueue;
    private volatile Thread thread;

    /**
     * Starts a loop.
     *
     * @param index its number: the lane of its counters
     * @param engine opens the loop
     * @param memory where its buffers come from
     * @throws IOException if the loop cannot be opened
     */
    public RelayLoop(int index, Engine engine, BufferMemory memory) throws IOException {
        this.index = index;
        this.loop = engine.openLoop(this::newThread, stats);
        this.buffers = new BufferPool(memory, index);
        this.memoryQueue = new MemoryQueue(memory, index);
        this.sessions = new SessionTimer(loop);
        this.spare = new SpareDescriptor(loop);
    }

    private Thread newThread(Runnable task) {
        thread = new Thread(task, "apex-loop-" + index);
        thread.setDaemon(true);
        return thread;
    }

    /** Opens a channel to listen on an address of this kind. Any thread. */
    public LoopServerSocketChannel openServer(SocketAddress address) throws IOException {
        return loop.openServer(address);
    }

    /** Opens a channel to connect to an address of this kind; with the spare descriptor if there is no other. */
    public LoopSocketChannel openSocket(SocketAddress address) throws IOException {
        try {
            return loop.openSocket(address);
        } catch (IOException e) {
            if (!LocalFailure.is(e)) {
                throw e;
            }
            return spare.spend(address).orElseThrow(() -> e);
        }
    }

    /** Returns whether a client that is accepted now can be given a connection to a backend. Any thread. */
    public boolean hasSpareDescriptor() {
        return spare.restore();
    }

    /**
     * Runs a task in one of the next turns, after descriptors that were closed before are free. The task is dropped if
     * the loop has ended. Any thread.
     */
    public void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.trace("The loop has ended", e);
        }
    }

    /** Runs a task once, after a delay in milliseconds. It is dropped if the loop ends before. Any thread. */
    public void schedule(Runnable task, long delayMillis) {
        try {
            loop.schedule(task, delayMillis);
        } catch (RejectedExecutionException e) {
            LOG.trace("The loop has ended", e);
        }
    }

    /** Reads the clock, in nanoseconds of {@link System#nanoTime}, for measuring. */
    public long nanoTime() {
        return loop.readNanoTime();
    }

    /**
     * Returns the running time in nanoseconds, for timeouts. It costs a field read, and may be {@link #STALE_NANOS}
     * old.
     */
    public long now() {
        return sessions.now();
    }

    /** Reads the clock and returns the running time in nanoseconds. */
    public long readNow() {
        return sessions.readNow();
    }

    /** Adds a session, to be called when it is due, in running time. */
    public void add(TimedEntry session, long due) {
        sessions.add(session, due);
        stats.sessionAdded();
    }

    /** Removes a session that has ended; it is not called any more. */
    public void remove(TimedEntry session) {
        sessions.remove(session);
        stats.sessionRemoved();
    }

    /** Calls a session at this time at the latest, in running time; does nothing if it is called before. */
    public void advance(TimedEntry session, long due) {
        sessions.advance(session, due);
    }

    /**
     * Passes each session of the moment that has not ended when its turn comes to the action: some in each turn of the
     * loop, so that the other events are not delayed. Any thread; does not wait.
     */
    public void forEachSession(Consumer<TimedEntry> action) {
        execute(() -> {
            Queue<TimedEntry> all = new ArrayDeque<>(sessions.size());
            sessions.forEach(all::add);
            visit(all, action);
        });
    }

    private void visit(Queue<TimedEntry> left, Consumer<TimedEntry> action) {
        for (int visits = VISITS_PER_TURN; visits > 0 && !left.isEmpty(); visits--) {
            TimedEntry session = left.remove();
            if (session.position >= 0) {
                action.accept(session);
            }
        }
        if (!left.isEmpty()) {
            execute(() -> visit(left, action));
        }
    }

    /** Lets a read wait until memory for buffers is free. */
    public void awaitMemory(Runnable read) {
        if (memoryQueue.add(read)) {
            schedule(runMemoryQueue, MemoryQueue.PERIOD_MILLIS);
        }
    }

    private void runMemoryQueue() {
        if (memoryQueue.run()) {
            schedule(runMemoryQueue, MemoryQueue.PERIOD_MILLIS);
        }
    }

    /** Returns its number: the lane of its counters. Any thread. */
    public int index() {
        return index;
    }

    /** Returns what it does, in numbers. Any thread. */
    public LoopStats stats() {
        return stats;
    }

    /** Returns its buffers. Any thread; what the result allows on which thread is said there. */
    public BufferPool buffers() {
        return buffers;
    }

    /** Returns the reads that wait for memory. Any thread; what the result allows on which thread is said there. */
    public MemoryQueue memoryQueue() {
        return memoryQueue;
    }

    /** Returns the thread that handlers run on. Any thread. */
    Thread thread() {
        return thread;
    }

    /** Ends the loop; channels that are still open are closed. Any thread. */
    public void close() throws IOException {
        spare.close();
        loop.close();
    }
}

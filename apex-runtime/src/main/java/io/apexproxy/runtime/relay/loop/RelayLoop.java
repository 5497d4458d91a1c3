package io.apexproxy.runtime.relay.loop;

import io.apexproxy.runtime.buffer.BufferMemory;
import io.apexproxy.runtime.buffer.BufferPool;
import io.apexproxy.runtime.buffer.MemoryQueue;
import io.apexproxy.runtime.engine.Engine;
import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.tls.TlsBuffers;
import io.apexproxy.runtime.limit.LocalFailure;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop of the relay: a loop of the engine with its buffers, its sessions and their timer.
 *
 * <p>A session belongs to one loop from start to end. Methods are called on the loop's thread unless documented
 * otherwise. A loop without sessions has no timers.
 */
public final class RelayLoop {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    /**
     * The maximum age of {@link #now}. Timeouts add it so that they never expire early.
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
    private final Handshakes handshakes;
    /** Null until the first connection with TLS. */
    private TlsBuffers tlsBuffers;
    private final Runnable runMemoryQueue = this::runMemoryQueue;
    private long lastSession;
    private volatile Thread thread;

    /**
     * Starts a loop.
     *
     * @param index the number of the loop, and the lane of its counters
     * @param engine opens the loop
     * @param memory the memory of its buffers
     * @param handshakes the threads for the computations of TLS handshakes
     * @throws IOException if the loop cannot be opened
     */
    public RelayLoop(int index, Engine engine, BufferMemory memory, Handshakes handshakes) throws IOException {
        this.handshakes = handshakes;
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

    /** Opens a server channel for an address of this kind. Any thread. */
    public LoopServerSocketChannel openServer(SocketAddress address) throws IOException {
        return loop.openServer(address);
    }

    /** Opens a server channel on a socket that this process has inherited. Any thread. */
    public LoopServerSocketChannel openServer(ServerSocketChannel inherited) throws IOException {
        return loop.openServer(inherited);
    }

    /** Opens a server channel on a socket that this process has inherited, by its descriptor. Any thread. */
    public LoopServerSocketChannel openServer(int descriptor) throws IOException {
        return loop.openServer(descriptor);
    }

    /** Opens a channel for an address of this kind, with the spare descriptor if no other is left. */
    public LoopSocketChannel openSocket(SocketAddress address) throws IOException {
        try {
            return loop.openSocket(address);
        } catch (IOException e) {
            if (!LocalFailure.is(e)) {
                throw e;
            }
            return spare.take(address).orElseThrow(() -> e);
        }
    }

    /** Reserves a descriptor for the backend of the next client. Returns whether one is reserved. Any thread. */
    public boolean reserveDescriptor() {
        return spare.reserve();
    }

    /**
     * Runs a task in one of the next turns, after descriptors that were closed before are free. A loop that has ended
     * drops the task. Any thread.
     */
    public void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.trace("loop has ended", e);
        }
    }

    /** Runs a task once, after a delay in milliseconds, unless the loop ends before. Any thread. */
    public void schedule(Runnable task, long delayMillis) {
        try {
            loop.schedule(task, delayMillis);
        } catch (RejectedExecutionException e) {
            LOG.trace("loop has ended", e);
        }
    }

    /** Reads the clock for a measurement, in nanoseconds of {@link System#nanoTime}. */
    public long nanoTime() {
        return loop.readNanoTime();
    }

    /**
     * Returns the running time in nanoseconds, for timeouts. The value is cached and at most {@link #STALE_NANOS} old.
     */
    public long now() {
        return sessions.now();
    }

    /** Reads the clock and returns the running time in nanoseconds. */
    public long readNow() {
        return sessions.readNow();
    }

    /** Returns the number of the next session, from 1. */
    public long nextSession() {
        return ++lastSession;
    }

    /** Adds a session with its due time, in running time. */
    public void add(TimedEntry session, long due) {
        sessions.add(session, due);
        stats.sessionAdded();
    }

    /** Removes a session that has ended. */
    public void remove(TimedEntry session) {
        sessions.remove(session);
        stats.sessionRemoved();
    }

    /** Moves the due time of a session forward, in running time. Does nothing if the session is due earlier. */
    public void advance(TimedEntry session, long due) {
        sessions.advance(session, due);
    }

    /**
     * Passes each current session to the action, over several turns so that other events are not delayed. Sessions that
     * end in the meantime are skipped. Then runs a task. Any thread; does not block.
     */
    public void forEachSession(Consumer<TimedEntry> action, Runnable whenDone) {
        execute(() -> {
            Queue<TimedEntry> all = new ArrayDeque<>(sessions.size());
            sessions.forEach(all::add);
            visit(all, action, whenDone);
        });
    }

    private void visit(Queue<TimedEntry> left, Consumer<TimedEntry> action, Runnable whenDone) {
        for (int visits = VISITS_PER_TURN; visits > 0 && !left.isEmpty(); visits--) {
            TimedEntry session = left.remove();
            if (session.position >= 0) {
                action.accept(session);
            }
        }
        if (left.isEmpty()) {
            whenDone.run();
        } else {
            execute(() -> visit(left, action, whenDone));
        }
    }

    /** Queues a read until memory for buffers is free. */
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

    /** Returns the number of the loop, which is the lane of its counters. Any thread. */
    public int index() {
        return index;
    }

    /** Returns the statistics of the loop. Any thread. */
    public LoopStats stats() {
        return stats;
    }

    /** Returns the buffers of the loop. Any thread; the pool documents the threads of its methods. */
    public BufferPool buffers() {
        return buffers;
    }

    /** Returns the buffers of connections with TLS. */
    public TlsBuffers tlsBuffers() {
        if (tlsBuffers == null) {
            tlsBuffers = new TlsBuffers(buffers, handshakes.executor());
        }
        return tlsBuffers;
    }

    /** Returns the reads that wait for memory. Any thread; the queue documents the threads of its methods. */
    public MemoryQueue memoryQueue() {
        return memoryQueue;
    }

    /** Returns the thread of the loop. Any thread. */
    Thread thread() {
        return thread;
    }

    /** Ends the loop and closes its open channels. Any thread. */
    public void close() throws IOException {
        spare.close();
        loop.close();
    }
}

package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.engine.select.LoopProvider;
import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.TurnObserver;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread, its channels, its buffers and its sessions, which it looks through for overdue ones at every tick.
 *
 * <p>Completion handlers of the channels opened here run on the loop's thread, one at a time. So do ticks, but on the
 * JDK's channels they have a thread beside it. A loop without sessions does not tick.
 */
final class EventLoop {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    /**
     * Sessions that a tick looks at: about half a millisecond's work, for which all others wait. So timeouts come later
     * by a tick for each so many sessions of the loop.
     */
    private static final int FIRST_BUFFER = 2;
    private static final int VISITS_PER_TICK = 5_000;

    private final int index;
    private final Loop channels;
    private final Admission admission;
    private final BufferPool buffers;
    private final CoarseClock clock = new CoarseClock();
    private final SpareDescriptor spare;
    /** Concurrent, because others look at all sessions; only the loop adds and removes. */
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private final Rounds<Session> rounds = new Rounds<>(sessions);
    private final AtomicBoolean ticking = new AtomicBoolean();
    private volatile long ticks;
    private volatile Thread thread;

    EventLoop(int index, Admission admission, BufferMemory memory) throws IOException {
        this.index = index;
        this.admission = admission;
        this.channels = new LoopProvider().openLoop(this::newThread, TurnObserver.NONE);
        this.spare = new SpareDescriptor(channels);
        this.buffers = new BufferPool(memory, index, FIRST_BUFFER);
    }

    private Thread newThread(Runnable task) {
        thread = named("apex-loop-" + index).newThread(task);
        return thread;
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Opens a socket to listen on an address of this kind. */
    LoopServerSocketChannel openServer(SocketAddress address) throws IOException {
        return channels.openServer(address);
    }

    /** Opens a socket to connect to an address of this kind; where there is no descriptor left, with the spare one. */
    LoopSocketChannel openSocket(SocketAddress address) throws IOException {
        try {
            return channels.openSocket(address);
        } catch (IOException e) {
            if (!LocalFailure.is(e)) {
                throw e;
            }
            return spare.spend(address).orElseThrow(() -> e);
        }
    }

    /** Whether a client that is accepted now can be given a connection to a backend. Any thread. */
    boolean hasSpareDescriptor() {
        return spare.restore();
    }

    /** Runs a short task once, as ticks are run; not at all if the loop has ended by then. Any thread. */
    void later(Runnable task, long delayMillis) {
        try {
            channels.schedule(task, delayMillis);
        } catch (RejectedExecutionException e) {
            LOG.trace("The loop has ended", e);
        }
    }

    /** Runs a task when what was closed just now has freed its descriptor. On the loop's thread, as the task. */
    void afterClosing(Runnable task) {
        try {
            channels.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.trace("The loop has ended", e);
        }
    }

    void add(Session session) {
        sessions.add(session);
        tickSoon();
    }

    void remove(Session session) {
        sessions.remove(session);
    }

    private void tickSoon() {
        if (!ticking.get() && ticking.compareAndSet(false, true)) {
            later(this::tick, CoarseClock.TICK_MILLIS);
        }
    }

    private void tick() {
        ticks++; // nobody else does
        try {
            long now = clock.tick();
            rounds.visit(VISITS_PER_TICK, session -> session.sweep(now));
            admission.retry();
        } catch (Throwable e) { // else nothing would ever be overdue again
            LOG.error("The sessions were not looked through", e);
        }
        ticking.set(false); // before looking: who adds a session after the look sees it, and begins anew
        if (!sessions.isEmpty()) {
            tickSoon();
        }
    }

    int index() {
        return index;
    }

    /** Whether a tick is due, now or soon. Any thread. */
    boolean isTicking() {
        return ticking.get();
    }

    /** How many ticks there were. Any thread. */
    long ticks() {
        return ticks;
    }

    /** The one that handlers run on. Any thread. */
    Thread thread() {
        return thread;
    }

    CoarseClock clock() {
        return clock;
    }

    BufferPool buffers() {
        return buffers;
    }

    /** Those that are open. Any thread; some may end while it looks. */
    Set<Session> sessions() {
        return sessions;
    }

    /** Ends the thread; channels that are still open are closed. */
    void close() throws IOException {
        spare.close();
        channels.close();
    }
}

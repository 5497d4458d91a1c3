package io.apexproxy.runtime.engine.select;

import io.apexproxy.runtime.engine.TurnObserver;
import java.io.IOException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of a group. Each turn selects and dispatches, frees the descriptors of closed channels, serves bulk
 * transfers, and runs timers and tasks. All of these are bounded, so that one channel, thread or timer cannot keep the
 * others waiting.
 */
final class EventLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    /**
     * Handlers within handlers. Enough for accept, connect, the first write and what follows without deferring; few
     * enough that one channel's chain of operations neither exhausts the stack (some hundred bytes each) nor delays
     * other channels.
     */
    private static final int DEEPEST = 8;

    /** Tasks of other threads in one turn, so that a thread that submits many does not delay the channels. */
    private static final int TASKS_PER_TURN = 256;

    /** Time for bulk transfers in one turn: some twenty steps of 64 KiB, and what a small message has to wait. */
    private static final long BULK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Dispatched events after which the clock is read again: well below a millisecond's work. A power of two. */
    private static final int EVENTS_PER_CLOCK = 64;

    /** The argument of select for a timeout that never expires. */
    private static final long NO_TIMEOUT = 0;

    /** Pause between turns that have nothing to do; see {@link SpinGuard}. */
    private static final long SPIN_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Pause after a turn that failed: at most ten log lines a second while the failure lasts. */
    private static final long FAILURE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Selector selector;
    private final BooleanSupplier over;
    private final TurnObserver turns;
    private final Consumer<SelectionKey> dispatch = this::dispatch;
    private final Consumer<Runnable> runner = this::runSafely;
    private final Queue<Runnable> crossThreadTasks = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
    private final ArrayDeque<HalfChannel> bulk = new ArrayDeque<>();
    private final ArrayDeque<Selected> cancelled = new ArrayDeque<>();
    private final Timers timers = new Timers();
    private final SpinGuard spinGuard = new SpinGuard();
    private final CountDownLatch terminated = new CountDownLatch(1);

    /** Written by the loop's thread only. A stale value differs from the reading thread, so it is harmless. */
    private Thread thread;
    private int depth;
    /** The last reading of the clock. */
    private long now = System.nanoTime();
    /** Whether the loop has read the clock since it selected. */
    private boolean awake = true;
    private int events;
    private long received;
    private volatile boolean asleep;
    private volatile boolean refusing;

    /**
     * Creates a loop that a thread is to run.
     *
     * @param selector closed by the loop at its end
     * @param over whether the loop may end, after the tasks submitted before; asked in every turn
     * @param turns receives what each turn did
     */
    EventLoop(Selector selector, BooleanSupplier over, TurnObserver turns) {
        this.selector = selector;
        this.over = over;
        this.turns = turns;
    }

    boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    /**
     * Runs a task on the loop in one of its next turns. From any thread.
     *
     * @return false if the loop terminates; the task will not run
     */
    boolean offer(Runnable task) {
        if (inLoop()) {
            return !refusing && deferred.add(task);
        }
        crossThreadTasks.add(task);
        if (refusing && crossThreadTasks.remove(task)) {
            return false;
        }
        if (asleep) {
            selector.wakeup();
        }
        return true;
    }

    /** Makes the loop ask again whether it is over. From any thread. */
    void wakeup() {
        selector.wakeup();
    }

    /** Deregisters a channel that was closed just now. From any thread. */
    void release(Selected channel) {
        if (inLoop()) {
            deregister(channel);
        } else if (!offer(() -> deregister(channel))) {
            channel.closeSocket(); // the selector is closed
        }
    }

    CountDownLatch terminated() {
        return terminated;
    }

    // ---- what follows is for the loop's thread only

    Selector selector() {
        return selector;
    }

    long nanoTime() {
        return now;
    }

    /** Defers an attempt to the next turn: because the stack is deep, or because a handler must not run now. */
    void defer(Runnable attempt) {
        deferred.add(attempt);
    }

    /** Defers a transfer that is ready until the events of this turn are dispatched. */
    void enqueueBulk(HalfChannel half) {
        bulk.add(half);
    }

    /** Counts bytes that a channel received. */
    void received(int bytes) {
        received += bytes;
    }

    void at(long deadline, Runnable task) {
        timers.add(deadline, task);
    }

    /** Returns whether an operation may complete directly, its handler called from within the current one. */
    boolean mayNest() {
        return depth < DEEPEST;
    }

    <V> void completed(CompletionHandler<V, Object> handler, V result, Object attachment) {
        depth++;
        try {
            handler.completed(result, attachment);
        } catch (Throwable thrown) {
            report("A completion handler threw", thrown);
        } finally {
            depth--;
        }
    }

    <V> void failed(CompletionHandler<V, Object> handler, Throwable cause, Object attachment) {
        depth++;
        try {
            handler.failed(cause, attachment);
        } catch (Throwable thrown) {
            report("A completion handler threw", thrown);
        } finally {
            depth--;
        }
    }

    /**
     * The JDK frees a registered socket only when the selector has deregistered it, and shuts it down before: two system
     * calls that are not needed when the selector deregisters it first, which it does when it selects next.
     */
    private void deregister(Selected channel) {
        channel.key().cancel();
        cancelled.add(channel);
        channel.failPending();
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            while (!over.getAsBoolean()) {
                turn();
            }
        } finally {
            terminate();
        }
    }

    private boolean hasWork() {
        return !deferred.isEmpty() || !crossThreadTasks.isEmpty() || !bulk.isEmpty() || !cancelled.isEmpty();
    }

    private void turn() {
        try {
            // Only what was there before: a task deferred during dispatch may rely on a descriptor that the next turn frees.
            int closing = cancelled.size();
            int attempts = deferred.size();
            received = 0;
            int dispatched = select();
            long started = now;
            closeSockets(closing);
            boolean fruitful = dispatched > 0 | closing > 0 | serveBulk() | timers.runDue(started, runner)
                    | runDeferred(attempts) | runCrossThreadTasks();
            now = System.nanoTime();
            turns.turnEnded(now - started, received);
            if (fruitful) {
                spinGuard.fruitful();
            } else if (!hasWork() && (timers.isEmpty() || timers.millisToFirst(now) > 0)) {
                rest(spinGuard.fruitless());
            }
        } catch (Throwable thrown) {
            // A broken selector, or no memory. The loop must not end.
            report("A turn was not finished", thrown);
            LockSupport.parkNanos(FAILURE_PAUSE_NANOS);
        }
    }

    private void closeSockets(int count) {
        for (int left = count; left > 0; left--) {
            cancelled.remove().closeSocket();
        }
    }

    private boolean serveBulk() {
        if (bulk.isEmpty()) {
            return false;
        }
        long end = now + BULK_NANOS;
        do {
            bulk.remove().serveBulk();
            now = System.nanoTime();
        } while (!bulk.isEmpty() && now - end < 0);
        return true;
    }

    private boolean runDeferred(int count) {
        for (int left = count; left > 0; left--) {
            runSafely(deferred.remove());
        }
        return count > 0;
    }

    private boolean runCrossThreadTasks() {
        int count = 0;
        for (Runnable task; count < TASKS_PER_TURN && (task = crossThreadTasks.poll()) != null; count++) {
            runSafely(task);
        }
        return count > 0;
    }

    private void runSafely(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            report("A task threw", thrown);
        }
    }

    /** Selects and dispatches; waits only if there is nothing else to do. */
    private int select() throws IOException {
        awake = false;
        try {
            if (hasWork()) {
                return selector.selectNow(dispatch);
            }
            long timeout = timers.isEmpty() ? NO_TIMEOUT : Math.max(1, timers.millisToFirst(now));
            asleep = true; // before the queue is looked at: a thread that adds a task after that wakes the selector
            return crossThreadTasks.isEmpty() && !over.getAsBoolean()
                    ? selector.select(dispatch, timeout)
                    : selector.selectNow(dispatch);
        } finally {
            asleep = false;
            wake();
        }
    }

    private void wake() {
        if (!awake) {
            awake = true;
            now = System.nanoTime();
        }
    }

    private void dispatch(SelectionKey key) {
        if (asleep) {
            asleep = false;
        }
        wake();
        if ((++events & EVENTS_PER_CLOCK - 1) == 0) {
            now = System.nanoTime();
        }
        // The handler of another channel may have closed this one since the selector found it ready.
        if (!key.isValid()) {
            return;
        }
        Selected channel = (Selected) key.attachment();
        try {
            channel.ready(key.readyOps());
        } catch (Throwable thrown) {
            report("A ready channel could not be served and is closed", thrown);
            channel.startClosing(); // or the selector would report it in every turn
        }
    }

    private void rest(int fruitless) {
        // An interrupted thread does not wait in select, and nothing has a reason to interrupt a loop.
        boolean interrupted = Thread.interrupted();
        if (fruitless == 1) {
            LOG.warn("The selector returned {} times in a row with nothing ready{}: pausing {} ms between turns",
                    SpinGuard.TOLERATED, interrupted ? " (the thread is interrupted)" : "",
                    TimeUnit.NANOSECONDS.toMillis(SPIN_PAUSE_NANOS));
        }
        if (fruitless > 0) {
            LockSupport.parkNanos(SPIN_PAUSE_NANOS);
        }
    }

    private void terminate() {
        refusing = true;
        while (!deferred.isEmpty() || !crossThreadTasks.isEmpty()) {
            // Tasks submitted before still run, so every handler is called. It ends, as no more tasks are taken.
            runDeferred(deferred.size());
            runCrossThreadTasks();
        }
        try {
            selector.close();
        } catch (IOException failure) {
            report("The selector could not be closed", failure);
        }
        cancelled.forEach(Selected::closeSocket);
        thread = null;
        terminated.countDown();
    }

    private static void report(String what, Throwable thrown) {
        try {
            LOG.error("{}; the event loop goes on", what, thrown);
        } catch (Throwable unloggable) {
            thrown.addSuppressed(unloggable);
        }
    }
}

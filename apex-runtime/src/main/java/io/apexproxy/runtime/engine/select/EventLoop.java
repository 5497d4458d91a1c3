package io.apexproxy.runtime.engine.select;

import io.apexproxy.runtime.engine.TurnObserver;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The event loop of a group. Each turn selects and dispatches, frees the descriptors of closed channels, serves bulk
 * transfers, and runs timers and tasks. Each of these steps is bounded, so that no channel, thread or timer delays the
 * others for long.
 */
final class EventLoop implements Runnable {
    /** The argument of select for a timeout that never expires. */
    private static final long NO_TIMEOUT = 0;

    /** Pause after a turn that failed: at most ten log lines a second while the failure lasts. */
    private static final long FAILURE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Selector selector;
    private final BooleanSupplier mayEnd;
    private final TurnObserver turns;
    private final LoopTasks tasks = new LoopTasks();
    private final Consumer<SelectionKey> dispatch = this::dispatch;
    private final Consumer<Runnable> runner = tasks::run;
    private final HandlerCalls handlers = new HandlerCalls();
    private final BulkQueue bulk = new BulkQueue();
    private final ArrayDeque<LoopHandle> cancelled = new ArrayDeque<>();
    private final Timers timers = new Timers();
    private final TurnClock clock = new TurnClock();
    private final SpinGuard spinGuard = new SpinGuard();
    private final CountDownLatch terminated = new CountDownLatch(1);

    /** Written only by the loop's thread. Other threads never read their own identity here, even in a stale value. */
    private Thread thread;
    private long received;
    private volatile boolean asleep;

    /**
     * Creates a loop that a thread runs.
     *
     * @param selector the selector, closed when the loop ends
     * @param mayEnd returns whether the loop may end after the tasks submitted before; called in every turn
     * @param turns receives the busy time and the bytes of each turn
     */
    EventLoop(Selector selector, BooleanSupplier mayEnd, TurnObserver turns) {
        this.selector = selector;
        this.mayEnd = mayEnd;
        this.turns = turns;
    }

    boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    /**
     * Runs a task on the loop in one of its next turns; returns false if the loop terminates and will not run it. From
     * any thread.
     */
    boolean offer(Runnable task) {
        if (inLoop()) {
            return tasks.defer(task);
        }
        if (!tasks.submit(task)) {
            return false;
        }
        if (asleep) {
            selector.wakeup();
        }
        return true;
    }

    /** Wakes the loop up so that it checks whether it may end. From any thread. */
    void wakeup() {
        selector.wakeup();
    }

    /** Deregisters a channel that has just been closed. From any thread. */
    void release(LoopHandle channel) {
        if (inLoop()) {
            deregister(channel);
        } else if (!offer(() -> deregister(channel))) {
            channel.closeSocket(); // the selector is closed
        }
    }

    CountDownLatch terminated() {
        return terminated;
    }

    // ---- on the loop's thread only

    Selector selector() {
        return selector;
    }

    HandlerCalls handlers() {
        return handlers;
    }

    long nanoTime() {
        return clock.now();
    }

    /** Defers an attempt to the next turn, if the nesting is deep or if a handler must not run within the call. */
    void defer(Runnable attempt) {
        tasks.deferAlways(attempt);
    }

    /** Defers a transfer that is ready until the events of this turn are dispatched. */
    void enqueueBulk(HalfChannel half) {
        bulk.add(half);
    }

    /** Updates the clock before another event of the current dispatch. */
    void nextEvent() {
        clock.dispatching();
    }

    /** Counts bytes that a channel received. */
    void received(int bytes) {
        received += bytes;
    }

    void at(long deadline, Runnable task) {
        timers.add(deadline, task);
    }

    /**
     * Cancels the key first and closes the socket after the next select, which deregisters it. In the other order the
     * JDK shuts the socket down until it is deregistered, which costs two more system calls.
     */
    private void deregister(LoopHandle channel) {
        channel.key().cancel();
        cancelled.add(channel);
        channel.failPending();
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            while (!mayEnd.getAsBoolean()) {
                turn();
            }
        } finally {
            terminate();
        }
    }

    private boolean hasWork() {
        return !tasks.isEmpty() || !bulk.isEmpty() || !cancelled.isEmpty();
    }

    @SuppressWarnings("ShortCircuitBoolean") // each turn serves every queue, also after one had work
    private void turn() {
        try {
            // counted before the dispatch: a task deferred during it can depend on a descriptor freed in the next turn
            int closing = cancelled.size();
            int attempts = tasks.deferredCount();
            received = 0;
            int dispatched = select();
            long started = clock.now();
            closeSockets(closing);
            boolean worked = dispatched > 0 | closing > 0 | bulk.serve(clock) | timers.runDue(started, runner)
                    | tasks.runDeferred(attempts) | tasks.runSubmitted();
            turns.turnEnded(clock.read() - started, received);
            if (worked) {
                spinGuard.recordWork();
            } else if (!hasWork() && (timers.isEmpty() || timers.millisToFirst(clock.now()) > 0)) {
                SpinGuard.pause(spinGuard.recordEmptyTurn());
            }
        } catch (Throwable thrown) {
            // a failing selector or an OutOfMemoryError; the loop must not end
            LoopTasks.report("A turn failed", thrown);
            LockSupport.parkNanos(FAILURE_PAUSE_NANOS);
        }
    }

    private void closeSockets(int count) {
        for (int left = count; left > 0; left--) {
            cancelled.remove().closeSocket();
        }
    }

    /** Selects and dispatches; blocks only if the loop has no other work. */
    private int select() throws IOException {
        clock.selecting();
        try {
            if (hasWork()) {
                return selector.selectNow(dispatch);
            }
            long timeout = timers.isEmpty() ? NO_TIMEOUT : Math.max(1, timers.millisToFirst(clock.now()));
            asleep = true; // set before the queue is read: a thread that adds a task later wakes the selector
            return tasks.isSubmittedEmpty() && !mayEnd.getAsBoolean()
                    ? selector.select(dispatch, timeout)
                    : selector.selectNow(dispatch);
        } finally {
            asleep = false;
            clock.selected();
        }
    }

    private void dispatch(SelectionKey key) {
        if (asleep) {
            asleep = false;
        }
        clock.dispatching();
        // the handler of another channel can have closed this channel since the selector found it ready
        if (!key.isValid()) {
            return;
        }
        LoopHandle channel = (LoopHandle) key.attachment();
        try {
            channel.ready(key.readyOps());
        } catch (Throwable thrown) {
            LoopTasks.report("A ready channel failed and is closed", thrown);
            channel.startClosing(); // otherwise the selector would report it in every turn
        }
    }

    /** Runs the tasks submitted before, so that every handler is called, and closes the selector and all sockets. */
    private void terminate() {
        tasks.terminate();
        try {
            selector.close();
        } catch (IOException failure) {
            LoopTasks.report("Failed to close the selector", failure);
        }
        cancelled.forEach(LoopHandle::closeSocket);
        thread = null;
        terminated.countDown();
    }
}

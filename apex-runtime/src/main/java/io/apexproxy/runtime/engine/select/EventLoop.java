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
 * The thread of a group. Each turn selects and dispatches, frees the descriptors of closed channels, serves bulk
 * transfers, and runs timers and tasks. All of these are bounded, so that one channel, thread or timer cannot keep the
 * others waiting.
 */
final class EventLoop implements Runnable {
    /** The argument of select for a timeout that never expires. */
    private static final long NO_TIMEOUT = 0;

    /** Pause after a turn that failed: at most ten log lines a second while the failure lasts. */
    private static final long FAILURE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Selector selector;
    private final BooleanSupplier over;
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

    /** Written by the loop's thread only. A stale value differs from the reading thread, so it is harmless. */
    private Thread thread;
    private long received;
    private volatile boolean asleep;

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

    /** Makes the loop ask again whether it is over. From any thread. */
    void wakeup() {
        selector.wakeup();
    }

    /** Deregisters a channel that was closed just now. From any thread. */
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

    // ---- what follows is for the loop's thread only

    Selector selector() {
        return selector;
    }

    HandlerCalls handlers() {
        return handlers;
    }

    long nanoTime() {
        return clock.now();
    }

    /** Defers an attempt to the next turn: because the stack is deep, or because a handler must not run now. */
    void defer(Runnable attempt) {
        tasks.deferAlways(attempt);
    }

    /** Defers a transfer that is ready until the events of this turn are dispatched. */
    void enqueueBulk(HalfChannel half) {
        bulk.add(half);
    }

    /** Another event of the present dispatch is about to be handled; keeps the clock fresh. */
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
     * The JDK frees a registered socket only when the selector has deregistered it, and shuts it down before: two
     * system calls that are not needed when the selector deregisters it first, which it does when it selects next.
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
            while (!over.getAsBoolean()) {
                turn();
            }
        } finally {
            terminate();
        }
    }

    private boolean hasWork() {
        return !tasks.isEmpty() || !bulk.isEmpty() || !cancelled.isEmpty();
    }

    private void turn() {
        try {
            // Only what was there before: a task deferred during dispatch may rely on a descriptor that is freed later.
            int closing = cancelled.size();
            int attempts = tasks.deferredCount();
            received = 0;
            int dispatched = select();
            long started = clock.now();
            closeSockets(closing);
            boolean fruitful = dispatched > 0 | closing > 0 | bulk.serve(clock) | timers.runDue(started, runner)
                    | tasks.runDeferred(attempts) | tasks.runSubmitted();
            turns.turnEnded(clock.read() - started, received);
            if (fruitful) {
                spinGuard.fruitful();
            } else if (!hasWork() && (timers.isEmpty() || timers.millisToFirst(clock.now()) > 0)) {
                SpinGuard.rest(spinGuard.fruitless());
            }
        } catch (Throwable thrown) {
            // A broken selector, or no memory. The loop must not end.
            LoopTasks.report("A turn was not finished", thrown);
            LockSupport.parkNanos(FAILURE_PAUSE_NANOS);
        }
    }

    private void closeSockets(int count) {
        for (int left = count; left > 0; left--) {
            cancelled.remove().closeSocket();
        }
    }

    /** Selects and dispatches; waits only if there is nothing else to do. */
    private int select() throws IOException {
        clock.selecting();
        try {
            if (hasWork()) {
                return selector.selectNow(dispatch);
            }
            long timeout = timers.isEmpty() ? NO_TIMEOUT : Math.max(1, timers.millisToFirst(clock.now()));
            asleep = true; // before the queue is looked at: a thread that adds a task after that wakes the selector
            return tasks.isSubmittedEmpty() && !over.getAsBoolean()
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
        // The handler of another channel may have closed this one since the selector found it ready.
        if (!key.isValid()) {
            return;
        }
        LoopHandle channel = (LoopHandle) key.attachment();
        try {
            channel.ready(key.readyOps());
        } catch (Throwable thrown) {
            LoopTasks.report("A ready channel could not be served and is closed", thrown);
            channel.startClosing(); // or the selector would report it in every turn
        }
    }

    /** Tasks submitted before still run, so every handler is called. */
    private void terminate() {
        tasks.terminate();
        try {
            selector.close();
        } catch (IOException failure) {
            LoopTasks.report("The selector could not be closed", failure);
        }
        cancelled.forEach(LoopHandle::closeSocket);
        thread = null;
        terminated.countDown();
    }
}

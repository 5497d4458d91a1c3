package io.apexproxy.runtime.engine.loop;

import io.apexproxy.runtime.engine.TurnObserver;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The event loop of a group. Each turn polls and dispatches, frees the descriptors of closed channels, serves bulk
 * transfers, and runs timers and tasks. Each of these steps is bounded, so that no channel, thread or timer delays the
 * others for long.
 */
final class EventLoop implements Runnable {
    /** Pause after a turn that failed: at most ten log lines a second while the failure lasts. */
    private static final long FAILURE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Transport transport;
    private final BooleanSupplier mayEnd;
    private final TurnObserver turns;
    private final LoopTasks tasks = new LoopTasks();
    private final Transport.Dispatcher dispatcher = this::dispatch;
    private final Consumer<Runnable> runner = tasks::run;
    private final HandlerCalls handlers = new HandlerCalls();
    private final BulkQueue bulk = new BulkQueue();
    private final ArrayDeque<LoopHandle> closing = new ArrayDeque<>();
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
     * @param transport the transport, closed when the loop ends
     * @param mayEnd returns whether the loop may end after the tasks submitted before; called in every turn
     * @param turns receives the busy time and the bytes of each turn
     */
    EventLoop(Transport transport, BooleanSupplier mayEnd, TurnObserver turns) {
        this.transport = transport;
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
            transport.wakeUp();
        }
        return true;
    }

    /** Wakes the loop up so that it checks whether it may end. From any thread. */
    void wakeup() {
        transport.wakeUp();
    }

    /** Deregisters a channel that has just been closed. From any thread. */
    void release(LoopHandle channel) {
        if (inLoop()) {
            deregister(channel);
        } else if (!offer(() -> deregister(channel))) {
            channel.closeSocket(); // the transport is closed
        }
    }

    CountDownLatch terminated() {
        return terminated;
    }

    // ---- on the loop's thread only

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

    private void deregister(LoopHandle channel) {
        if (channel.deregister()) {
            closing.add(channel);
        } else {
            channel.closeSocket();
        }
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
        return !tasks.isEmpty() || !bulk.isEmpty() || !closing.isEmpty();
    }

    @SuppressWarnings("ShortCircuitBoolean") // each turn serves every queue, also after one had work
    private void turn() {
        try {
            // counted before the dispatch: a task deferred during it can depend on a descriptor freed in the next turn
            int toClose = closing.size();
            int attempts = tasks.deferredCount();
            received = 0;
            int dispatched = poll();
            long started = clock.now();
            closeSockets(toClose);
            boolean worked = dispatched > 0 | toClose > 0 | bulk.serve(clock) | timers.runDue(started, runner)
                    | tasks.runDeferred(attempts) | tasks.runSubmitted();
            turns.turnEnded(clock.read() - started, received);
            if (worked) {
                spinGuard.recordWork();
            } else if (!hasWork() && (timers.isEmpty() || timers.millisToFirst(clock.now()) > 0)) {
                SpinGuard.pause(spinGuard.recordEmptyTurn());
            }
        } catch (Throwable thrown) {
            // a failing poll or an OutOfMemoryError; the loop must not end
            LoopTasks.report("A turn failed", thrown);
            LockSupport.parkNanos(FAILURE_PAUSE_NANOS);
        }
    }

    private void closeSockets(int count) {
        for (int left = count; left > 0; left--) {
            closing.remove().closeSocket();
        }
    }

    /** Polls and dispatches; blocks only if the loop has no other work. */
    private int poll() throws IOException {
        clock.selecting();
        try {
            if (hasWork()) {
                return transport.poll(0, dispatcher);
            }
            long timeout = timers.isEmpty() ? Transport.NO_TIMEOUT : Math.max(1, timers.millisToFirst(clock.now()));
            asleep = true; // set before the queue is read: a thread that adds a task later wakes the loop
            return transport.poll(tasks.isSubmittedEmpty() && !mayEnd.getAsBoolean() ? timeout : 0, dispatcher);
        } finally {
            asleep = false;
            clock.selected();
        }
    }

    private void dispatch(LoopHandle channel, int operations) {
        if (asleep) {
            asleep = false;
        }
        clock.dispatching();
        try {
            channel.ready(operations);
        } catch (Throwable thrown) {
            LoopTasks.report("A ready channel failed and is closed", thrown);
            channel.startClosing(); // otherwise the transport could report it in every turn
        }
    }

    /** Runs the tasks submitted before, so that every handler is called, and closes the transport and all sockets. */
    private void terminate() {
        tasks.terminate();
        try {
            transport.close();
        } catch (IOException failure) {
            LoopTasks.report("Failed to close the transport", failure);
        }
        closing.forEach(LoopHandle::closeSocket);
        thread = null;
        terminated.countDown();
    }
}

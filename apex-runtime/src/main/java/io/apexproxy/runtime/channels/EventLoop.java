package io.apexproxy.runtime.channels;

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

/** The thread of a group: selects, dispatches, runs tasks and timers until the group is over. */
final class EventLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger("apex.channels");

    /**
     * Handlers within handlers. Enough for accept, connect, the first write and what follows without a detour; few
     * enough that one channel's chain of operations neither uses the stack up (some hundred bytes each) nor keeps
     * others waiting.
     */
    private static final int DEEPEST = 8;

    /** Tasks of other threads in one turn, so that whoever floods the queue does not stop the channels. */
    private static final int TASKS_PER_TURN = 256;

    /** What select takes for a timeout that never comes. */
    private static final long FOREVER = 0;

    /** How long a loop rests between turns that have nothing to do; see {@link SpinGuard}. */
    private static final long SPIN_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** How long a loop rests after a turn that failed: ten lines of log a second while the trouble lasts. */
    private static final long FAILURE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Selector selector;
    private final BooleanSupplier over;
    private final Consumer<SelectionKey> dispatch = this::dispatch;
    private final Consumer<Runnable> runner = this::runSafely;
    private final Queue<Runnable> handedOver = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Runnable> putOff = new ArrayDeque<>();
    private final ArrayDeque<Selected> cancelled = new ArrayDeque<>();
    private final Timers timers = new Timers();
    private final SpinGuard spinGuard = new SpinGuard();
    private final CountDownLatch terminated = new CountDownLatch(1);

    /** Written by the loop's thread alone: whoever else reads it, sees something that is not itself. */
    private Thread thread;
    private int depth;
    private volatile boolean asleep;
    private volatile boolean refusing;

    /**
     * @param selector closed by the loop at its end
     * @param over whether the loop may end, after what it was passed before; asked every turn
     */
    EventLoop(Selector selector, BooleanSupplier over) {
        this.selector = selector;
        this.over = over;
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
            return !refusing && putOff.add(task);
        }
        handedOver.add(task);
        if (refusing && handedOver.remove(task)) {
            return false;
        }
        if (asleep) {
            selector.wakeup();
        }
        return true;
    }

    /** Makes the loop ask anew whether it is over. From any thread. */
    void wakeup() {
        selector.wakeup();
    }

    /** Lets go of a channel that was closed just now. From any thread. */
    void release(Selected channel) {
        if (inLoop()) {
            letGo(channel);
        } else if (!offer(() -> letGo(channel))) {
            channel.closeSocket(); // the selector has forgotten everything
        }
    }

    CountDownLatch terminated() {
        return terminated;
    }

    // ---- what follows is for the loop's thread only

    Selector selector() {
        return selector;
    }

    /** Puts an attempt off to the next turn: because the stack is deep, or because nobody's handler may run now. */
    void soon(Runnable attempt) {
        putOff.add(attempt);
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
     * The JDK frees a socket that is registered only when the selector forgets it, and shuts it down before: two system
     * calls that are not needed when the selector forgets it first, which it does in the next turn.
     */
    private void letGo(Selected channel) {
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
        return !putOff.isEmpty() || !handedOver.isEmpty();
    }

    private void turn() {
        try {
            boolean fruitful = forgetClosed() | runPutOff() | runHandedOver() | timers.runDue(runner);
            if (select() > 0 || fruitful) {
                spinGuard.fruitful();
            } else if (!hasWork() && (timers.isEmpty() || timers.millisToFirst() > 0)) {
                rest(spinGuard.fruitless());
            }
        } catch (Throwable thrown) {
            // a broken selector, or no memory: the one thing that must not happen is the end of the loop
            report("A turn was not finished", thrown);
            LockSupport.parkNanos(FAILURE_PAUSE_NANOS);
        }
    }

    /** First, so that whoever was put off after a close finds the descriptor free. */
    private boolean forgetClosed() throws IOException {
        int count = cancelled.size();
        if (count > 0) {
            selector.selectNow(dispatch);
            for (int left = count; left > 0; left--) {
                cancelled.remove().closeSocket();
            }
        }
        return count > 0;
    }

    private boolean runPutOff() {
        int count = putOff.size();
        for (int left = count; left > 0; left--) {
            runSafely(putOff.remove());
        }
        return count > 0;
    }

    private boolean runHandedOver() {
        int count = 0;
        for (Runnable task; count < TASKS_PER_TURN && (task = handedOver.poll()) != null; count++) {
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

    private int select() throws IOException {
        if (!putOff.isEmpty() || !cancelled.isEmpty()) {
            return selector.selectNow(dispatch);
        }
        long timeout = timers.isEmpty() ? FOREVER : Math.max(1, timers.millisToFirst());
        // Set before looking at the queue: who adds after the look sees it and wakes the selector.
        asleep = true;
        try {
            return handedOver.isEmpty() && !over.getAsBoolean()
                    ? selector.select(dispatch, timeout)
                    : selector.selectNow(dispatch);
        } finally {
            asleep = false;
        }
    }

    private void dispatch(SelectionKey key) {
        if (asleep) {
            asleep = false;
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
            channel.startClosing(); // or the selector would report it forever
        }
    }

    private void rest(int fruitless) {
        // An interrupted thread does not wait in select, and nobody has a reason to interrupt a loop.
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
        while (hasWork()) {
            // What was passed before still runs, and so every handler is called. It can't go on: no more is taken.
            runPutOff();
            runHandedOver();
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

package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.log.LogThrottle;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of which one side was reset, and whose other side will be, as soon as it has all that the first one
 * sent.
 *
 * <p>A reset throws away what our kernel still has to send. So they wait here until the other end has acknowledged
 * every byte, which is looked up for all of them together, on a thread that is there only while somebody waits. Loops
 * add and remove.
 */
final class Resets {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    /** From look to look, where looking is quick. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** Looking takes longer the more connections there are; of one processor's time it may take one part in so many. */
    private static final int SHARE = 20;
    /** But on a machine that is busy with other things it takes long as well, and nobody should wait for a multiple. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** How long the thread waits for the next reset before it ends. */
    private static final long KEEP_ALIVE_SECONDS = 10;

    private final LogThrottle failures = new LogThrottle();
    private final boolean seen = SendQueues.areKnown();
    private final Set<PendingReset> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor looks = newLooks();

    private static ScheduledThreadPoolExecutor newLooks() {
        var looks = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "apex-resets");
            thread.setDaemon(true);
            return thread;
        });
        looks.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        looks.setKeepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
        looks.allowCoreThreadTimeOut(true);
        return looks;
    }

    /** Whether it can be known that everything has arrived. */
    boolean canTell() {
        return seen;
    }

    void add(PendingReset reset) {
        waiting.add(reset);
        lookAfter(PAUSE_NANOS);
    }

    void remove(PendingReset reset) {
        waiting.remove(reset);
    }

    void close() {
        looks.shutdownNow();
    }

    private void lookAfter(long nanos) {
        if (looking.compareAndSet(false, true)) {
            try {
                looks.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                LOG.trace("The relay has ended", e);
            }
        }
    }

    private void look() {
        long started = System.nanoTime();
        try {
            lookAtQuietOnes();
        } catch (Throwable e) { // else nobody would be reset any more
            LOG.error("It was not seen what has arrived", e);
        }
        long took = System.nanoTime() - started;
        looking.set(false); // before asking who waits: who adds one after the question sees it, and has us look again
        if (!waiting.isEmpty()) {
            lookAfter(Math.max(PAUSE_NANOS, Math.min(took * (SHARE - 1), LONGEST_PAUSE_NANOS)));
        }
    }

    private void lookAtQuietOnes() {
        Map<String, PendingReset> due = new HashMap<>();
        for (PendingReset reset : waiting) {
            if (reset.isQuiet()) {
                SendQueues.enter(due, reset.local(), reset.remote(), reset);
            }
        }
        if (due.isEmpty()) {
            return;
        }
        try {
            SendQueues.look(due, PendingReset::found);
        } catch (IOException e) {
            if (failures.permits()) {
                LOG.warn("Cannot see what has arrived, resets are passed on as orderly ends: {}", e.getMessage());
            }
        }
        Set.copyOf(due.values()).forEach(PendingReset::decide);
    }
}

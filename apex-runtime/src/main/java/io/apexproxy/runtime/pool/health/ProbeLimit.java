package io.apexproxy.runtime.pool.health;

import io.apexproxy.runtime.stats.LimitWatch;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Limits how many probes of all pools run at the same time. Further probes wait until one ends.
 *
 * <p>Fair: the limit serves pools in round-robin order, so thousands of unresponsive backends in one pool do not delay
 * the probes of other pools. Within a pool, probes start in the order of their requests. Bounded: a backend has at most
 * one probe here.
 *
 * <p>The limit counts as reached if there is a queue for longer than a second. Probes of healthy backends end within
 * milliseconds, so a shorter queue, such as at the start, delays no verdict noticeably.
 *
 * <p>Used on the control thread; the three counts and {@link #isReached} may be read from any thread.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // only the control thread updates the counts
public final class ProbeLimit {

    private final int max;
    private final LimitWatch watch = new LimitWatch("health checks");
    /** Waiting probes by pool, the next pool first. No set is empty. */
    private final Map<Object, Set<Runnable>> queues = new LinkedHashMap<>();
    /** Whether there was a queue at the last check, and the queue has not been empty since. */
    private boolean isQueueLasting;
    private volatile int running;
    private volatile int waiting;

    /** Creates a limit of the number of concurrent probes, at least 1. */
    public ProbeLimit(int max) {
        this.max = max;
    }

    /**
     * Starts a probe of a pool now, or when another probe ends. The caller calls {@link #release} when the probe has
     * ended.
     */
    void request(Object pool, Runnable probe) {
        if (running < max) {
            running++;
            probe.run();
            return;
        }
        if (queues.computeIfAbsent(pool, any -> new LinkedHashSet<>()).add(probe)) {
            waiting++;
        }
    }

    /** Removes a probe if it is waiting. */
    void cancel(Object pool, Runnable probe) {
        Set<Runnable> queue = queues.getOrDefault(pool, Set.of());
        if (queue.contains(probe)) {
            queue.remove(probe);
            setWaiting(waiting - 1);
            if (queue.isEmpty()) {
                queues.remove(pool);
            }
        }
    }

    /** Removes all waiting probes of a pool. */
    void cancelAll(Object pool) {
        Set<Runnable> queue = queues.remove(pool);
        setWaiting(waiting - (queue == null ? 0 : queue.size()));
    }

    /** Ends a probe and starts the next one. */
    void release() {
        running--;
        Iterator<Map.Entry<Object, Set<Runnable>>> pools = queues.entrySet().iterator();
        if (running >= max || !pools.hasNext()) {
            return;
        }
        Map.Entry<Object, Set<Runnable>> pool = pools.next();
        Object key = pool.getKey();
        Set<Runnable> queue = pool.getValue();
        pools.remove();
        Runnable next = queue.iterator().next();
        queue.remove(next);
        if (!queue.isEmpty()) {
            queues.put(key, queue); // at the end
        }
        setWaiting(waiting - 1);
        running++;
        next.run();
    }

    private void setWaiting(int next) {
        waiting = next;
        isQueueLasting &= next > 0;
    }

    /** Logs when the limit is reached and when it no longer is; called every second. */
    public void check() {
        if (isQueueLasting) {
            watch.reached(() -> "limit of " + max + " concurrent probes reached; verdicts are delayed, " + waiting
                    + (waiting == 1 ? " probe waits" : " probes wait")
                    + "; raise the limit of file descriptors or the interval of health checks if this lasts");
        }
        isQueueLasting = waiting > 0;
        watch.check();
    }

    /** Returns whether the limit is reached or was reached a few seconds ago. */
    public boolean isReached() {
        return watch.isReached();
    }

    /** Returns the number of running probes. */
    public int running() {
        return running;
    }

    /** Returns the maximum number of concurrent probes. */
    public int max() {
        return max;
    }

    /** Returns the number of waiting probes. */
    public int waiting() {
        return waiting;
    }
}

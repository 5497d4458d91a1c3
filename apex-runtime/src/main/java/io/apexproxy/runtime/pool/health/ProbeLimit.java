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
 * <p>Fair: pools take turns, so a pool with thousands of silent backends does not delay the probes of another one.
 * Within a pool the probe that has waited longest starts first. Bounded: a backend has at most one probe here.
 *
 * <p>The limit counts as reached if probes wait for longer than a second. Probes of healthy backends end within
 * milliseconds, so a shorter queue, as at the start, delays no verdict.
 *
 * <p>Lives on the control thread; the three counts and {@link #isReached} may be read from any thread.
 */
public final class ProbeLimit {

    private final int max;
    private final LimitWatch watch = new LimitWatch("health checks");
    /** Waiting probes by pool; the pool whose turn it is comes first. No pool has an empty set. */
    private final Map<Object, Set<Runnable>> queues = new LinkedHashMap<>();
    /** Whether there was a queue at the last check and at each moment since. */
    private boolean lasting;
    private volatile int running;
    private volatile int waiting;

    /**
     * Creates a limit that no probe uses yet.
     *
     * @param max how many probes may run at the same time, at least 1
     */
    public ProbeLimit(int max) {
        this.max = max;
    }

    /**
     * Runs a probe now, or when one ends.
     *
     * @param pool the pool of the backend
     * @param probe starts the probe; {@link #release} is called when it has ended
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

    /** Removes a probe that may be waiting. */
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

    /** Removes all probes of a pool that wait. */
    void cancelAll(Object pool) {
        Set<Runnable> queue = queues.remove(pool);
        setWaiting(waiting - (queue == null ? 0 : queue.size()));
    }

    /** Takes note that a probe has ended. Starts the next one. */
    void release() {
        running--;
        Iterator<Map.Entry<Object, Set<Runnable>>> pools = queues.entrySet().iterator();
        if (running >= max || !pools.hasNext()) {
            return;
        }
        Map.Entry<Object, Set<Runnable>> pool = pools.next();
        Object name = pool.getKey();
        Set<Runnable> queue = pool.getValue();
        pools.remove();
        Runnable next = queue.iterator().next();
        queue.remove(next);
        if (!queue.isEmpty()) {
            queues.put(name, queue); // at the end
        }
        setWaiting(waiting - 1);
        running++;
        next.run();
    }

    private void setWaiting(int next) {
        waiting = next;
        lasting &= next > 0;
    }

    /** Logs that the limit is reached, or is no longer; called every second. */
    public void check() {
        if (lasting) {
            watch.reached(() -> "limit of " + max + " concurrent probes reached; verdicts are delayed, " + waiting
                    + (waiting == 1 ? " probe waits" : " probes wait")
                    + "; raise the limit of file descriptors or the interval of health checks if this lasts");
        }
        lasting = waiting > 0;
        watch.check();
    }

    /** Returns whether probes wait for longer than a second, or did a few seconds ago. */
    public boolean isReached() {
        return watch.isReached();
    }

    /** Returns how many probes run now. */
    public int running() {
        return running;
    }

    /** Returns how many probes may run at the same time. */
    public int max() {
        return max;
    }

    /** Returns how many probes wait until another one ends. */
    public int waiting() {
        return waiting;
    }
}

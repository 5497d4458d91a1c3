package io.apexproxy.runtime.pool.health;

import io.apexproxy.runtime.log.LogThrottle;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits how many probes of all pools run at the same time. Further probes wait until one ends.
 *
 * <p>Fair: pools take turns, so a pool with thousands of silent backends does not delay the probes of another one.
 * Within a pool the probe that has waited longest starts first. Bounded: a backend has at most one probe here.
 *
 * <p>Lives on the control thread; the three counts may be read from any thread.
 */
public final class ProbeLimit {

    private static final Logger LOG = LoggerFactory.getLogger("apex.health");
    /** Probes of healthy backends end within milliseconds: a queue that is empty again by then is not reported. */
    private static final Duration TOLERATED_WAIT = Duration.ofSeconds(1);
    private static final Duration WARNING_PERIOD = Duration.ofMinutes(1);

    private final int max;
    private final ScheduledExecutorService control;
    private final LogThrottle warnings = new LogThrottle(WARNING_PERIOD);
    /** Waiting probes by pool; the pool whose turn it is comes first. No pool has an empty set. */
    private final Map<Object, Set<Runnable>> queues = new LinkedHashMap<>();
    private boolean watching;
    private volatile int running;
    private volatile int waiting;

    /**
     * Creates a limit that no probe uses yet.
     *
     * @param max how many probes may run at the same time, at least 1
     * @param control the executor of the control thread
     */
    public ProbeLimit(int max, ScheduledExecutorService control) {
        this.max = max;
        this.control = control;
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
        watch(TOLERATED_WAIT);
    }

    /** Removes a probe that may be waiting. */
    void cancel(Object pool, Runnable probe) {
        Set<Runnable> queue = queues.getOrDefault(pool, Set.of());
        if (queue.contains(probe)) {
            queue.remove(probe);
            waiting--;
            if (queue.isEmpty()) {
                queues.remove(pool);
            }
        }
    }

    /** Removes all probes of a pool that wait. */
    void cancelAll(Object pool) {
        Set<Runnable> queue = queues.remove(pool);
        waiting -= queue == null ? 0 : queue.size();
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
        waiting--;
        running++;
        next.run();
    }

    private void watch(Duration delay) {
        if (!watching) {
            watching = true;
            control.schedule(this::report, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void report() {
        watching = false;
        if (waiting == 0) {
            return;
        }
        if (warnings.permits()) {
            LOG.warn("health checks: limit of {} concurrent probes reached: {} probes wait; verdicts are delayed; "
                    + "raise the limit of file descriptors or the interval of health checks", max, waiting);
        }
        watch(WARNING_PERIOD);
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

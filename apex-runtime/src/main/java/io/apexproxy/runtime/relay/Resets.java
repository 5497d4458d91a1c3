package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.pool.LogThrottle;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of which one side was reset, and whose other side will be, as soon as it has all that the first one
 * sent.
 *
 * <p>A reset throws away what our kernel still has to send. So they wait here until the other end has acknowledged
 * every byte, which the sweeper looks up for all of them together. Loops add and remove, the sweeper looks.
 */
final class Resets {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    /** Looking takes longer the more connections there are; of the sweeper's time it may take one part in so many. */
    private static final int SHARE = 20;

    private final LogThrottle failures = new LogThrottle();
    private final boolean seen = SendQueues.areKnown();
    private final Set<PendingReset> waiting = ConcurrentHashMap.newKeySet();
    private long nextLookNanos = System.nanoTime();

    /** Whether it can be known that everything has arrived. */
    boolean canTell() {
        return seen;
    }

    void add(PendingReset reset) {
        waiting.add(reset);
    }

    void remove(PendingReset reset) {
        waiting.remove(reset);
    }

    /** Called by the sweeper at every tick. */
    void sweep(long nowMillis) {
        long started = System.nanoTime();
        if (waiting.isEmpty() || started - nextLookNanos < 0) {
            return;
        }
        Map<String, PendingReset> due = new HashMap<>();
        for (PendingReset reset : waiting) {
            if (reset.isQuiet(nowMillis)) {
                SendQueues.enter(due, reset.local(), reset.remote(), reset);
            }
        }
        if (!due.isEmpty()) {
            look(due);
            long now = System.nanoTime();
            nextLookNanos = now + (now - started) * (SHARE - 1);
        }
    }

    private void look(Map<String, PendingReset> due) {
        try {
            SendQueues.look(due, PendingReset::found);
        } catch (IOException e) {
            if (failures.permits()) {
                LOG.warn("Cannot see what has arrived, resets are passed on as orderly ends: {}", e.getMessage());
            }
        }
        try {
            Set.copyOf(due.values()).forEach(PendingReset::decide);
        } catch (RejectedExecutionException e) {
            LOG.trace("The relay has ended", e);
        }
    }
}

package io.apexproxy.runtime.relay.record;

import io.apexproxy.runtime.stats.LaneCounter;
import java.util.EnumMap;
import java.util.Map;

/** Counts sessions by the cause of their end. */
public final class CauseCounters {

    private final Map<Cause, LaneCounter> counters = new EnumMap<>(Cause.class);

    /**
     * Creates counters that are all 0.
     *
     * @param lanes the number of loops
     */
    public CauseCounters(int lanes) {
        for (Cause cause : Cause.values()) {
            counters.put(cause, new LaneCounter(lanes));
        }
    }

    /** Counts a session. On the thread of the lane's loop. */
    public void add(int lane, Cause cause) {
        counters.get(cause).add(lane, 1);
    }

    /** Returns how many sessions have ended for which cause. Any thread. */
    public Map<Cause, Long> sums() {
        Map<Cause, Long> sums = new EnumMap<>(Cause.class);
        counters.forEach((cause, counter) -> sums.put(cause, counter.sum()));
        return sums;
    }
}

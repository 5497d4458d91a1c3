package io.apexproxy.runtime.relay.record;

import io.apexproxy.runtime.stats.LaneCounter;
import java.util.EnumMap;
import java.util.Map;

/** Counters of ended sessions by cause. */
@SuppressWarnings("EnumOrdinal") // the index of an array on the path of a connection
public final class CauseCounters {

    private static final Cause[] CAUSES = Cause.values();

    private final LaneCounter counters;

    /** Creates counters that are all 0, with a lane for each loop. */
    public CauseCounters(int lanes) {
        counters = new LaneCounter(lanes, CAUSES.length);
    }

    /** Counts a session. Called on the thread of the lane's loop. */
    public void add(int lane, Cause cause) {
        counters.add(lane, cause.ordinal(), 1);
    }

    /** Returns the number of ended sessions by cause. Any thread. */
    public Map<Cause, Long> sums() {
        Map<Cause, Long> sums = new EnumMap<>(Cause.class);
        for (Cause cause : CAUSES) {
            sums.put(cause, counters.sum(cause.ordinal()));
        }
        return sums;
    }
}

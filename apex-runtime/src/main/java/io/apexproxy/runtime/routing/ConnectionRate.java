package io.apexproxy.runtime.routing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A changeable limit of the new connections per second, with bursts of as many. Any thread, lock-free.
 *
 * <p>The algorithm is GCRA: the state is the time at which the last permitted connection would have arrived, had all
 * arrived at equal distances. It is at most one second ahead of the clock, at any rate. Thus a change of the rate keeps
 * the state.
 *
 * @see <a href="https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm">Generic cell rate algorithm</a>
 */
public final class ConnectionRate {

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong state;
    private volatile int perSecond;

    /**
     * Creates a rate limit that permits a burst at once.
     *
     * @param perSecond the connections per second; 0: no limit
     * @param nowNanos the time now, of a clock such as {@link System#nanoTime}
     */
    public ConnectionRate(int perSecond, long nowNanos) {
        this.perSecond = perSecond;
        state = new AtomicLong(nowNanos);
    }

    /** Changes the rate; 0: no limit. Connections that were permitted before still count. */
    public void change(int perSecond) {
        this.perSecond = perSecond;
    }

    /** Counts a connection and returns true, or returns false if the limit is reached. */
    public boolean permits(long nowNanos) {
        int limit = perSecond;
        long before;
        long after;
        do {
            before = state.get();
            after = next(before, nowNanos, limit);
            if (after == before) {
                return limit == 0;
            }
        } while (!state.compareAndSet(before, after));
        return true;
    }

    /**
     * Returns the state after one more connection. The state remains the same if the limit is reached or if there is
     * no limit.
     */
    static long next(long state, long nowNanos, int perSecond) {
        if (perSecond == 0) {
            return state;
        }
        long distance = Math.max(1, SECOND_NANOS / perSecond);
        long ahead = Math.max(0, state - nowNanos); // the difference, because the clock can overflow
        return ahead > (perSecond - 1) * distance ? state : nowNanos + ahead + distance;
    }
}

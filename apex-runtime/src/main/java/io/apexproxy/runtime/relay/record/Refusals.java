package io.apexproxy.runtime.relay.record;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The refused connections of a listener: exact counts by cause, and a limit of their lines in the access log. Any
 * thread.
 */
public final class Refusals {

    /** Lines per second and cause. A flood of connections must not fill a disk. */
    private static final int LINES_PER_SECOND = 10;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final CauseCounters counters;
    @GuardedBy("this")
    private final Map<Cause, Lines> lines = new EnumMap<>(Cause.class);

    /** Creates counters that are all 0, with a lane for each loop. */
    public Refusals(int lanes) {
        counters = new CauseCounters(lanes);
    }

    /** Counts a refused connection. Called on the thread of the lane's loop. */
    public void add(int lane, Cause cause) {
        counters.add(lane, cause);
    }

    /** Returns the number of refused connections by cause, without causes that are not refusals. */
    public Map<Cause, Long> sums() {
        Map<Cause, Long> sums = counters.sums();
        sums.keySet().removeIf(cause -> !cause.isRefusal());
        return sums;
    }

    /**
     * Returns whether a line of the access log is permitted. Otherwise counts the omitted line.
     *
     * @param nowNanos as {@link System#nanoTime}
     */
    public synchronized boolean permitsLine(Cause cause, long nowNanos) {
        return lines.computeIfAbsent(cause, any -> new Lines(nowNanos)).permits(nowNanos);
    }

    /**
     * Returns the number of lines that were omitted since the last call, by cause: {@code denied 1200, client-rate 31}.
     * Empty if none was omitted.
     */
    public synchronized String takeOmitted() {
        return lines.entrySet().stream().filter(each -> each.getValue().omitted > 0)
                .map(each -> each.getKey().label() + " " + each.getValue().takeOmitted())
                .collect(Collectors.joining(", "));
    }

    /** The lines of one cause in the current period of one second, which begins with its first line. */
    private static final class Lines {
        private long startNanos;
        private int written;
        private long omitted;

        Lines(long startNanos) {
            this.startNanos = startNanos;
        }

        boolean permits(long nowNanos) {
            if (nowNanos - startNanos >= SECOND_NANOS) {
                startNanos = nowNanos;
                written = 0;
            }
            if (written < LINES_PER_SECOND) {
                written++;
                return true;
            }
            omitted++;
            return false;
        }

        long takeOmitted() {
            long taken = omitted;
            omitted = 0;
            return taken;
        }
    }
}

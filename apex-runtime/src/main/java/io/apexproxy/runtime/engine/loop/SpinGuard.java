package io.apexproxy.runtime.engine.loop;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A guard against a selector that returns at once although no channel is ready, no task is queued and no timer is due.
 *
 * <p>Known causes are a descriptor that native code closed and a defect of old JDK versions. The loop then pauses
 * between turns, so that it keeps running without using a whole processor.
 */
final class SpinGuard {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    /**
     * Empty turns in a row that cause no pause; they take about a millisecond. A late wake-up causes one or two of
     * them.
     */
    static final int TOLERATED = 512;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private int emptyTurns;

    /** Records a turn that had work. */
    void recordWork() {
        emptyTurns = 0;
    }

    /** Records a turn without work; returns the number of such turns in a row beyond {@link #TOLERATED}. */
    int recordEmptyTurn() {
        if (emptyTurns < Integer.MAX_VALUE) {
            emptyTurns++;
        }
        return Math.max(0, emptyTurns - TOLERATED);
    }

    /** Pauses the loop's thread for the result of {@link #recordEmptyTurn}; 0: no pause. */
    static void pause(int excess) {
        // select returns at once on an interrupted thread, and no code has a reason to interrupt a loop
        boolean interrupted = Thread.interrupted();
        if (excess == 1) {
            LOG.warn("The selector returned {} times in a row with nothing ready{}: pausing {} ms between turns",
                    TOLERATED, interrupted ? " (the thread is interrupted)" : "",
                    TimeUnit.NANOSECONDS.toMillis(PAUSE_NANOS));
        }
        if (excess > 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}

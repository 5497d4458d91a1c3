package io.apexproxy.runtime.engine.select;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a selector that returns at once though nothing is ready, nothing was handed over and no timer is due.
 *
 * <p>Known causes are a descriptor that was closed behind the selector's back and, long ago, the JDK itself. The loop
 * then pauses between turns: slow, but neither dead nor burning a processor.
 */
final class SpinGuard {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    /** Turns in a row. A late wake-up makes one or two; the figure is far above that and takes about a millisecond. */
    static final int TOLERATED = 512;

    /** Pause between turns that have nothing to do. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private int fruitlessTurns;

    /** Records a turn that had something to do. */
    void fruitful() {
        fruitlessTurns = 0;
    }

    /**
     * Records a turn that had nothing to do.
     *
     * @return how many fruitless turns in a row there were beyond those tolerated; 0: go on without a pause
     */
    int fruitless() {
        if (fruitlessTurns < Integer.MAX_VALUE) {
            fruitlessTurns++;
        }
        return Math.max(0, fruitlessTurns - TOLERATED);
    }

    /**
     * Pauses the loop's thread.
     *
     * @param fruitless the result of {@link #fruitless}; 0: does not pause
     */
    static void rest(int fruitless) {
        // An interrupted thread does not wait in select, and nothing has a reason to interrupt a loop.
        boolean interrupted = Thread.interrupted();
        if (fruitless == 1) {
            LOG.warn("The selector returned {} times in a row with nothing ready{}: pausing {} ms between turns",
                    TOLERATED, interrupted ? " (the thread is interrupted)" : "",
                    TimeUnit.NANOSECONDS.toMillis(PAUSE_NANOS));
        }
        if (fruitless > 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}

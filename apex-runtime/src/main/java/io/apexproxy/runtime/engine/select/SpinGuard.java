package io.apexproxy.runtime.engine.select;

/**
 * Notices a selector that returns at once though nothing is ready, nothing was handed over and no timer is due.
 *
 * <p>Known causes are a descriptor that was closed behind the selector's back and, long ago, the JDK itself. The loop
 * then pauses between turns: slow, but neither dead nor burning a processor.
 */
final class SpinGuard {
    /** Turns in a row. A late wake-up makes one or two; the figure is far above that and takes about a millisecond. */
    static final int TOLERATED = 512;

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
}

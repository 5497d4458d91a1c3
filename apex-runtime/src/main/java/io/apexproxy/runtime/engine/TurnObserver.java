package io.apexproxy.runtime.engine;

/**
 * Receives what each turn of a loop did. Called on the loop's thread, several thousand times a second; must be cheap.
 */
public interface TurnObserver {

    /** An observer that ignores everything. */
    TurnObserver NONE = (busyNanos, bytes) -> { };

    /**
     * A turn has ended.
     *
     * @param busyNanos nanoseconds from the moment at which the loop learnt of events to the end of the turn
     * @param bytes received from channels in this turn
     */
    void turnEnded(long busyNanos, long bytes);
}

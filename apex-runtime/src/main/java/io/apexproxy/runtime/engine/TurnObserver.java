package io.apexproxy.runtime.engine;

/**
 * An observer of the turns of a loop. Called on the loop's thread, several thousand times a second; must be cheap.
 */
public interface TurnObserver {

    /** An observer that does nothing. */
    TurnObserver NONE = (busyNanos, bytes) -> {};

    /**
     * Called at the end of each turn.
     *
     * @param busyNanos nanoseconds from the wake-up of the loop to the end of the turn
     * @param bytes bytes received from channels in this turn
     */
    void turnEnded(long busyNanos, long bytes);
}

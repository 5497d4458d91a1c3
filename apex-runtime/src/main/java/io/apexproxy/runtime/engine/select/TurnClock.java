package io.apexproxy.runtime.engine.select;

/** The time of a loop, as fresh as the loop needs it. Reading the system's clock for each event would cost too much. */
final class TurnClock {

    /** Dispatched events after which the clock is read again: well below a millisecond's work. A power of two. */
    private static final int EVENTS_PER_READING = 64;

    private long now = System.nanoTime();
    /** Whether the clock was read since the loop selected. */
    private boolean awake = true;
    private int events;

    /** Returns the last reading, in nanoseconds of {@link System#nanoTime}. */
    long now() {
        return now;
    }

    /** Reads the clock. */
    long read() {
        now = System.nanoTime();
        return now;
    }

    /** The loop is about to select, and may sleep. */
    void selecting() {
        awake = false;
    }

    /** The loop has selected. */
    void selected() {
        if (!awake) {
            awake = true;
            read();
        }
    }

    /** An event is about to be dispatched. */
    void dispatching() {
        selected();
        if ((++events & EVENTS_PER_READING - 1) == 0) {
            read();
        }
    }
}

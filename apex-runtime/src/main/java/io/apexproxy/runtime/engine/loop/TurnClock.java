package io.apexproxy.runtime.engine.loop;

/** A cached clock of a loop. Reading the system's clock for each event would cost too much. */
final class TurnClock {

    /** Dispatched events between two readings: the work of much less than a millisecond. A power of two. */
    private static final int EVENTS_PER_READING = 64;

    private long now = System.nanoTime();
    /** Whether the clock was read since the last wake-up. */
    private boolean fresh = true;
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

    /** Called before the loop selects; select can block. */
    void selecting() {
        fresh = false;
    }

    /** Called after the loop has selected. */
    void selected() {
        if (!fresh) {
            fresh = true;
            read();
        }
    }

    /** Called before each event is dispatched. */
    void dispatching() {
        selected();
        if ((++events & EVENTS_PER_READING - 1) == 0) {
            read();
        }
    }
}

package io.apexproxy.runtime.engine.sim;

/** When the next turn of a loop is, and what wakes its thread. */
final class TurnPlan {

    /** The longest that a thread waits for a processor after it was woken. */
    private static final int LATEST_WAKE_NANOS = 50_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final SimulatedProcess process;
    private final Object name;
    private final Runnable turn;
    private long next = NEVER;

    /**
     * Creates a plan without a turn.
     *
     * @param name names the turns in the trace
     * @param turn runs one turn
     */
    TurnPlan(SimulatedProcess process, Object name, Runnable turn) {
        this.process = process;
        this.name = name;
        this.turn = turn;
    }

    /** Plans a turn now, unless there is one. */
    void wake() {
        wakeAt(process.simulation().elapsedNanos());
    }

    /** Plans a turn at a time, unless there is an earlier one. */
    void wakeAt(long time) {
        if (time < next) {
            next = time;
            long delay = Math.max(0, time - process.simulation().elapsedNanos())
                    + process.simulation().random().nextInt(LATEST_WAKE_NANOS);
            process.after(delay, name, () -> runIfPlanned(time));
        }
    }

    private void runIfPlanned(long time) {
        if (next == time) {
            turn.run();
        }
    }

    /** A turn begins: the plan has none until the next wake-up. */
    void begin() {
        next = NEVER;
    }
}

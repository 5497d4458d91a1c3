package io.apexproxy.runtime.engine.sim;

/** The schedule of the turns of a loop. */
final class TurnPlan {

    /** Longest time between the wake-up of a thread and its first instruction. */
    private static final int LONGEST_WAKE_NANOS = 50_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final SimulatedProcess process;
    private final Object name;
    private final Runnable turn;
    private long next = NEVER;

    /** Creates an empty plan of turns; the name of the turns is for the trace. */
    TurnPlan(SimulatedProcess process, Object name, Runnable turn) {
        this.process = process;
        this.name = name;
        this.turn = turn;
    }

    /** Plans a turn for the current time, unless a turn is planned for an earlier time. */
    void wake() {
        wakeAt(process.simulation().elapsedNanos());
    }

    /** Plans a turn for a time, unless a turn is planned for an earlier time. */
    void wakeAt(long time) {
        if (time < next) {
            next = time;
            long delay = Math.max(0, time - process.simulation().elapsedNanos())
                    + process.simulation().random().nextInt(LONGEST_WAKE_NANOS);
            process.after(delay, name, () -> runIfPlanned(time));
        }
    }

    private void runIfPlanned(long time) {
        if (next == time) {
            turn.run();
        }
    }

    /** Clears the plan at the beginning of a turn. */
    void begin() {
        next = NEVER;
    }
}

package io.apexproxy.runtime.probe;

import io.apexproxy.runtime.engine.Loop;
import java.time.Duration;

/** A timer that can be cancelled. It then retains nothing, although it stays scheduled. On the loop's thread only. */
final class Deadline implements Runnable {

    /** Null after the timer has expired or is cancelled. */
    private Runnable action;

    private Deadline(Runnable action) {
        this.action = action;
    }

    /** Starts a timer. Its resolution is a millisecond. */
    static Deadline after(Duration delay, Loop loop, Runnable action) {
        Deadline deadline = new Deadline(action);
        loop.schedule(deadline, Math.max(1, delay.toMillis()));
        return deadline;
    }

    void cancel() {
        action = null;
    }

    @Override
    public void run() {
        Runnable due = action;
        if (due != null) {
            action = null;
            due.run();
        }
    }
}

package io.apexproxy.runtime.relay.loop;

import io.apexproxy.runtime.engine.Loop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timer that calls the sessions of a loop when they are due. It uses one timer of the loop, set for the earliest
 * session, and none without sessions. On the loop's thread only.
 */
final class SessionTimer {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    /** Sessions that expire in one turn: about 5 ms of closing connections. */
    private static final int EXPIRE_PER_TURN = 500;

    private final Loop loop;
    private final RunningClock clock;
    private final DeadlineHeap sessions = new DeadlineHeap();
    private final Runnable wakeUp = this::wakeUp;
    private boolean armed;
    /** When the earliest timer fires, in {@code nanoTime} of the loop; valid while armed. */
    private long armedFor;

    SessionTimer(Loop loop) {
        this.loop = loop;
        this.clock = new RunningClock(loop.nanoTime());
    }

    /** Returns the running time in nanoseconds, at the loop's last reading of the clock. */
    long now() {
        return clock.at(loop.nanoTime());
    }

    /** Reads the clock and returns the running time in nanoseconds. */
    long readNow() {
        return clock.at(loop.readNanoTime());
    }

    int size() {
        return sessions.size();
    }

    /** Passes all current sessions to the consumer, in no particular order. */
    void forEach(Consumer<TimedEntry> consumer) {
        sessions.forEach(consumer);
    }

    /** Adds a session with its due time, in running time. */
    void add(TimedEntry session, long due) {
        sessions.add(session, due);
        arm();
    }

    /** Removes a session. */
    void remove(TimedEntry session) {
        sessions.remove(session);
    }

    /** Moves the due time of a session forward, in running time. Does nothing if the session is due earlier. */
    void advance(TimedEntry session, long due) {
        if (due < session.due) {
            sessions.move(session, due);
            arm();
        }
    }

    private void arm() {
        if (sessions.isEmpty()) {
            return;
        }
        long delay = sessions.first().due - now();
        long millis = delay <= 0 ? 0 : Math.min(RunningClock.HEARTBEAT_MILLIS, delay / NANOS_PER_MILLI + 1);
        long time = loop.nanoTime() + millis * NANOS_PER_MILLI;
        if (!armed || time - armedFor < 0) {
            armed = true;
            armedFor = time;
            try {
                loop.schedule(wakeUp, millis);
            } catch (RejectedExecutionException e) {
                LOG.trace("loop has ended", e);
            }
        }
    }

    /** Handles a timer. A timer that an earlier one has replaced has no effect. */
    private void wakeUp() {
        if (armed && loop.nanoTime() - armedFor >= 0) {
            armed = false;
        }
        long now = now();
        try {
            for (int left = EXPIRE_PER_TURN; left > 0 && !sessions.isEmpty() && sessions.first().due <= now; left--) {
                TimedEntry session = sessions.first();
                long next = session.expire(now);
                if (session.position >= 0) {
                    sessions.move(session, next);
                }
            }
        } finally {
            arm();
        }
    }
}

package io.apexproxy.runtime.relay.loop;

import io.apexproxy.runtime.engine.Loop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the sessions of a loop when they are due. It uses one timer of the loop, set for the session that is due first,
 * and none while there are no sessions. On the loop's thread only.
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
    /** When the timer that matters fires, in {@code nanoTime} of the loop; meaningful while armed. */
    private long armedFor;

    SessionTimer(Loop loop) {
        this.loop = loop;
        this.clock = new RunningClock(loop.nanoTime());
    }

    /** Returns the running time in nanoseconds, as old as the loop's last reading of the clock. */
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

    /** Passes all sessions of the moment to the consumer, in no particular order. */
    void forEach(Consumer<TimedEntry> consumer) {
        sessions.forEach(consumer);
    }

    /** Adds a session, to be called when it is due, in running time. */
    void add(TimedEntry session, long due) {
        sessions.add(session, due);
        arm();
    }

    /** Removes a session, which is not called any more. */
    void remove(TimedEntry session) {
        sessions.remove(session);
    }

    /** Calls a session at this time at the latest, in running time; does nothing if it is called before. */
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
                LOG.trace("The loop has ended", e);
            }
        }
    }

    /** An earlier timer may have replaced this one; then it does no harm. */
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

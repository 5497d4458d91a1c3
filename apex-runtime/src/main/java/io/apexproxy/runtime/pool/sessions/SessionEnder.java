package io.apexproxy.runtime.pool.sessions;

import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.sessions.OpenSessions.Selection;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends sessions for one caller, which computes the number from that of open sessions. So a call has no effect until the
 * sessions of the previous call have ended. Used on the control thread only.
 */
final class SessionEnder {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");
    /** After this time a loop is blocked, and the sessions of the others end without it. */
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final ScheduledExecutorService control;
    private final LongSupplier nanoTime;
    private final OpenSessions sessions;
    private boolean inFlight;
    private long started;

    SessionEnder(ScheduledExecutorService control, LongSupplier nanoTime, OpenSessions sessions) {
        this.control = control;
        this.nanoTime = nanoTime;
        this.sessions = sessions;
    }

    /** Ends sessions, unless the previous ones have not ended yet. The receiver gets the number of ended sessions. */
    void end(Map<BackendState, Selection> selections, IntConsumer receiver) {
        long now = nanoTime.getAsLong();
        if (selections.isEmpty() || (inFlight && now - started < TIMEOUT_NANOS)) {
            return;
        }
        inFlight = true;
        started = now;
        sessions.endOldest(selections, now).whenComplete((ended, error) -> runOnControl(() -> {
            if (started == now) {
                inFlight = false;
            }
            if (error == null) {
                receiver.accept(ended);
            } else {
                LOG.warn("failed to end sessions", error);
            }
        }));
    }

    private void runOnControl(Runnable task) {
        try {
            control.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.trace("sessions ended after shutdown", e);
        }
    }
}

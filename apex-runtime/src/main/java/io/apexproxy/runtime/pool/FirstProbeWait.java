package io.apexproxy.runtime.pool;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The time in which a pool does not change its rotation, because the first probes of added backends are in progress.
 *
 * <p>Without it, the added backend that is healthy first would receive all connections until the results of the others
 * arrive. If a connect to it failed, no other backend could be tried. Used on the control thread.
 */
final class FirstProbeWait {

    /**
     * Longest wait. First probes on a local network take some milliseconds, so only backends that do not answer cause
     * such a wait. A change of the configuration must not take long because of these.
     */
    static final long LIMIT_MILLIS = 500;

    private final ScheduledExecutorService control;
    private final Runnable onLimit;
    private Future<?> limit = CompletableFuture.completedFuture(null);
    private boolean inProgress;

    /** Creates a wait that is not in progress. At the limit of a wait, {@code onLimit} runs on the control thread. */
    FirstProbeWait(ScheduledExecutorService control, Runnable onLimit) {
        this.control = control;
        this.onLimit = onLimit;
    }

    /** Begins a wait. Does nothing if one is in progress, so that repeated additions do not extend it. */
    void begin() {
        if (!inProgress) {
            inProgress = true;
            limit = control.schedule(this::reachLimit, LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void reachLimit() {
        inProgress = false;
        onLimit.run();
    }

    boolean isInProgress() {
        return inProgress;
    }

    /** Ends the wait, without a call of {@code onLimit}. Does nothing if none is in progress. */
    void end() {
        inProgress = false;
        limit.cancel(false);
    }
}

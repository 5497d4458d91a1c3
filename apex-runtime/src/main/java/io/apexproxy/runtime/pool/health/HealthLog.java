package io.apexproxy.runtime.pool.health;

import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Verdict;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the verdicts on the backends of one pool: a backend that goes down at WARN, a backend that comes up at INFO.
 *
 * <p>Hundreds of verdicts can change at the same time, mostly at the start. The log names only the first
 * {@value #MAX_LINES} backends per second and direction, and counts the others in one line. Used on the control thread
 * only.
 */
final class HealthLog {

    private static final Logger LOG = LoggerFactory.getLogger("apex.health");
    /** Lines in each period and for each direction. */
    private static final int MAX_LINES = 10;
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String pool;
    private final HealthContext context;
    private long periodEnd;
    private int up;
    private int down;
    private boolean summaryDue;

    HealthLog(String pool, HealthContext context) {
        this.pool = pool;
        this.context = context;
        this.periodEnd = context.nanoTime().getAsLong();
    }

    /** Logs the new verdict on a backend. */
    void log(BackendState backend) {
        long now = context.nanoTime().getAsLong();
        if (now - periodEnd >= 0) {
            summarize();
            periodEnd = now + PERIOD_NANOS;
        }
        Verdict verdict = backend.verdict();
        boolean isUp = verdict.state() == Verdict.State.UP;
        int count = isUp ? ++up : ++down;
        if (count > MAX_LINES) {
            scheduleSummary(periodEnd - now);
        } else if (isUp) {
            LOG.info("pools.{}: Health check {} => alive: true", pool, backend);
        } else {
            LOG.warn("pools.{}: Health check {} => alive: false ({})", pool, backend, verdict.reason());
        }
    }

    private void scheduleSummary(long nanos) {
        if (summaryDue) {
            return;
        }
        summaryDue = true;
        try {
            context.control().schedule(this::summarize, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("pools.{}: verdict changed after shutdown; summary omitted", pool, e);
        }
    }

    private void summarize() {
        int moreUp = Math.max(0, up - MAX_LINES);
        int moreDown = Math.max(0, down - MAX_LINES);
        up = 0;
        down = 0;
        summaryDue = false;
        if (moreDown > 0) {
            LOG.warn("pools.{}: Health check: {} more backends went down and {} up within 1 s", pool, moreDown, moreUp);
        } else if (moreUp > 0) {
            LOG.info("pools.{}: Health check: {} more backends are up", pool, moreUp);
        }
    }
}

package io.apexproxy.runtime.pool.health;

import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Verdict;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the verdicts about the backends of one pool: a backend that goes down at WARN, one that comes up at INFO.
 *
 * <p>A pool may have hundreds of backends whose verdicts change at the same time, at the start most of all. So only the
 * first ones of a second are named, and the rest is counted in one line. On the control thread only.
 */
final class HealthLog {

    private static final Logger LOG = LoggerFactory.getLogger("apex.health");
    /** Lines in each period and for each direction. */
    private static final int NAMED = 10;
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

    /** Logs the verdict of a backend, which has just changed. */
    void changed(BackendState backend) {
        long now = context.nanoTime().getAsLong();
        if (now - periodEnd >= 0) {
            summarize();
            periodEnd = now + PERIOD_NANOS;
        }
        Verdict verdict = backend.verdict();
        boolean isUp = verdict.state() == Verdict.State.UP;
        int count = isUp ? ++up : ++down;
        if (count > NAMED) {
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
            LOG.trace("pools.{}: a verdict changed after the end", pool, e);
        }
    }

    private void summarize() {
        int moreUp = Math.max(0, up - NAMED);
        int moreDown = Math.max(0, down - NAMED);
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

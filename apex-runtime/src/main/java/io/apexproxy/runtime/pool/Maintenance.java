package io.apexproxy.runtime.pool;

import io.apexproxy.runtime.log.Durations;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Verdict;
import io.apexproxy.runtime.pool.health.HealthMonitor;
import io.apexproxy.runtime.pool.sessions.OpenSessions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backends of a pool that are in maintenance: they are not probed, and their sessions end after {@code
 * drain_timeout}. Used on the control thread only.
 */
final class Maintenance {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");
    /** The reason of the verdict on a backend in maintenance. */
    private static final String REASON = "maintenance";
    /** The deadline repeats after this time, for sessions whose connect was in progress when it first expired. */
    private static final long REPEAT_MILLIS = 1_000;

    private final String pool;
    private final PoolContext context;
    private final HealthMonitor monitor;
    private final Map<BackendState, Future<?>> deadlines = new HashMap<>();

    Maintenance(String pool, PoolContext context, HealthMonitor monitor) {
        this.pool = pool;
        this.context = context;
        this.monitor = monitor;
    }

    /**
     * Takes a backend into maintenance, if it is configured so. While it is in the rotation, it keeps its verdict until
     * {@link #endVerdicts}: the others can still be without weight or without a first probe, and a connection finds it.
     *
     * @return whether it was not in maintenance before
     */
    boolean begin(BackendState backend) {
        if (!backend.isInMaintenance() || deadlines.containsKey(backend)) {
            return false;
        }
        Duration timeout = context.drainTimeout().get();
        monitor.remove(backend);
        if (!backend.isInRotation()) {
            backend.setVerdict(Verdict.down(REASON));
        }
        LOG.info("pools.{}: {} in maintenance: no new connections and no probes; its {} connections end within {}",
                pool, backend, backend.activeConnections(), Durations.text(timeout));
        deadlines.put(backend, context.control().schedule(() -> endSessions(backend), timeout.toMillis(),
                TimeUnit.MILLISECONDS));
        return true;
    }

    /** Sets the verdicts of those that have left the rotation. */
    void endVerdicts() {
        deadlines.keySet().forEach(backend -> backend.setVerdict(Verdict.down(REASON)));
    }

    private void endSessions(BackendState backend) {
        int open = backend.activeConnections();
        if (open > 0 && backend.isInMaintenance()) {
            LOG.warn("pools.{}: {} is in maintenance: ending its {} open connections", pool, backend, open);
            context.sessions().end(backend, OpenSessions.EndReason.MAINTENANCE);
            context.control().schedule(() -> endSessions(backend), REPEAT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Returns a backend to service, if it is configured so. Returns whether it was in maintenance before. */
    boolean end(BackendState backend) {
        if (backend.isInMaintenance() || !deadlines.containsKey(backend)) {
            return false;
        }
        deadlines.remove(backend).cancel(false);
        backend.setVerdict(Verdict.unknown());
        LOG.info("pools.{}: {} no longer in maintenance", pool, backend);
        return true;
    }

    /** Forgets a backend that is removed from the pool. Its sessions still end at the deadline. */
    void remove(BackendState backend) {
        deadlines.remove(backend);
    }

    /** Cancels the deadlines. */
    void close() {
        deadlines.values().forEach(deadline -> deadline.cancel(false));
        deadlines.clear();
    }
}

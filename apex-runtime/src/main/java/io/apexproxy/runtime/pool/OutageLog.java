package io.apexproxy.runtime.pool;

import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of a pool's outages: an ERROR when the pool loses its last healthy backend, a WARN when it has only backups,
 * and an INFO at the end of each. Used on the control thread only.
 */
final class OutageLog {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");

    private final String pool;
    private final PoolContext context;
    private boolean isOut;
    private boolean usesBackups;
    private long since;
    private long backupsSince;

    OutageLog(String pool, PoolContext context) {
        this.pool = pool;
        this.context = context;
    }

    /**
     * Logs a change from or to an outage. A pool without configured backends is not an outage.
     *
     * @param config the configuration of the pool
     * @param backends all backends of the pool
     * @param healthy the backends that can serve and are healthy
     */
    void update(PoolConfig config, List<BackendState> backends, List<BackendState> healthy) {
        updateOutage(config, backends, healthy);
        List<BackendState> primaries = backends.stream().filter(backend -> !backend.isBackup()).toList();
        boolean usedBackups = usesBackups;
        usesBackups = !healthy.isEmpty() && !primaries.isEmpty() && healthy.stream().allMatch(BackendState::isBackup);
        if (usesBackups && !usedBackups) {
            backupsSince = context.nanoTime().getAsLong();
            LOG.warn("pools.{}: only backups are healthy: {}; new connections go to {}", pool, reasons(primaries),
                    CleanText.list(healthy.stream().map(BackendState::toString).toList()));
        } else if (usedBackups && !usesBackups) {
            LOG.info("pools.{}: backups no longer in use after {} s", pool, secondsSince(backupsSince));
        }
    }

    private void updateOutage(PoolConfig config, List<BackendState> backends, List<BackendState> healthy) {
        boolean wasOut = isOut;
        isOut = healthy.isEmpty() && !backends.isEmpty();
        if (isOut && !wasOut) {
            since = context.nanoTime().getAsLong();
            LOG.error("pools.{}: no healthy backend: {}; {}", pool, reasons(backends), consequence(config, backends));
        } else if (wasOut && !healthy.isEmpty()) {
            LOG.info("pools.{}: healthy again with {} after {} s", pool, healthy.get(0), secondsSince(since));
        }
    }

    private long secondsSince(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(context.nanoTime().getAsLong() - nanos);
    }

    private static String reasons(List<BackendState> backends) {
        return CleanText.list(backends.stream().map(backend -> backend + " (" + reason(backend) + ")").toList());
    }

    private static String reason(BackendState backend) {
        String presence = backend.presence().reason();
        String reason = !presence.isEmpty() ? presence
                : backend.weight() == 0 ? "weight 0" : backend.verdict().reason();
        return reason.isEmpty() ? "no verdict yet" : reason; // an inconclusive probe gives no verdict
    }

    private static String consequence(PoolConfig config, List<BackendState> backends) {
        return config.whenAllDown() == PoolConfig.WhenAllDown.TRY_ALL
                && backends.stream().anyMatch(BackendState::canServe)
                        ? "new connections try all of them (when_all_down = \"try-all\")"
                        : "new connections are closed";
    }
}

package io.apexproxy.runtime.pool;

import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs when a pool loses its last backend, with the reasons and what clients get, and when it has one again. On the
 * control thread only.
 */
final class OutageLog {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");

    private final String pool;
    private final PoolContext context;
    private boolean lasts;
    private long since;

    OutageLog(String pool, PoolContext context) {
        this.pool = pool;
        this.context = context;
    }

    /**
     * Compares the state of the pool with the one before. A pool without backends is no outage, but a configuration.
     *
     * @param config of the pool
     * @param backends all of them
     * @param pickable those that take connections and are healthy
     */
    void update(PoolConfig config, List<BackendState> backends, List<BackendState> pickable) {
        boolean now = pickable.isEmpty() && !backends.isEmpty();
        if (now && !lasts) {
            since = context.nanoTime().getAsLong();
            LOG.error("pools.{}: no healthy backend: {}; {}", pool, reasons(backends), consequence(config, backends));
        } else if (lasts && !pickable.isEmpty()) {
            LOG.info("pools.{}: healthy again with {} after {} s", pool, pickable.get(0),
                    TimeUnit.NANOSECONDS.toSeconds(context.nanoTime().getAsLong() - since));
        }
        lasts = now;
    }

    private static String reasons(List<BackendState> backends) {
        return CleanText.list(backends.stream().map(backend -> backend + " (" + reason(backend) + ")").toList());
    }

    private static String reason(BackendState backend) {
        String reason = backend.weight() == 0 ? "weight 0" : backend.verdict().reason();
        return reason.isEmpty() ? "no verdict yet" : reason; // a probe that was not possible has no verdict
    }

    private static String consequence(PoolConfig config, List<BackendState> backends) {
        return config.whenAllDown() == PoolConfig.WhenAllDown.TRY_ALL
                && backends.stream().anyMatch(BackendState::canServe)
                ? "new connections are tried with all of them, as when_all_down = \"try-all\" says"
                : "new connections are closed";
    }
}

package io.apexproxy.runtime.pool;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.log.DistinctThrottle;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls of the load balancer of a pool, whose failures are logged with a bound. Any thread. */
final class GuardedPick {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");

    private final Pool pool;
    private final DistinctThrottle throttle = new DistinctThrottle();

    GuardedPick(Pool pool) {
        this.pool = pool;
    }

    /**
     * Calls a picker. The result can have left the rotation meanwhile. It is empty if the picker throws or does not
     * return a backend of this pool.
     */
    Optional<BackendState> pick(BackendPicker picker, ConnectionInfo connection) {
        try {
            Backend picked = picker.pick(connection);
            if (picked instanceof BackendState backend && backend.belongsTo(pool)) {
                return backend.asOptional();
            }
            String text = CleanText.piece(String.valueOf(picked));
            if (throttle.permits("returned " + text)) {
                LOG.error("pools.{}.load_balancer: pick() returned {}, which is not a backend of this pool; "
                        + "using round robin", pool.name(), text);
            }
        } catch (Throwable e) { // an exception of a plugin must not fail the connection
            if (throttle.permits("failed", e)) {
                LOG.error("pools.{}.load_balancer: pick() failed; using round robin", pool.name(), e);
            }
        }
        return Optional.empty();
    }
}

package io.apexproxy.runtime.snapshot;

import io.apexproxy.runtime.snapshot.Snapshot.ListenerView;
import io.apexproxy.runtime.snapshot.Snapshot.PoolView;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The overall health of a proxy.
 *
 * @since 0.2
 */
public enum Health {
    /** No urgent problem. */
    SERVING,
    /** At least one urgent problem; at least one used pool still takes new connections. */
    DEGRADED,
    /** No pool that a listener uses has a backend that takes new connections. */
    DOWN;

    static Health of(Snapshot snapshot) {
        Set<String> used = snapshot.listeners().stream().map(ListenerView::pool).collect(Collectors.toSet());
        List<PoolView> pools = snapshot.pools().stream().filter(pool -> used.contains(pool.name())).toList();
        if (!pools.isEmpty() && pools.stream().allMatch(PoolView::isDown)) {
            return DOWN;
        }
        return snapshot.problems().stream().anyMatch(Problem::isUrgent) ? DEGRADED : SERVING;
    }
}

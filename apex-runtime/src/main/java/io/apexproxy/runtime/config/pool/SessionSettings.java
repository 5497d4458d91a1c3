package io.apexproxy.runtime.config.pool;

import io.apexproxy.runtime.config.tree.SettingGroup;
import java.time.Duration;
import java.util.Optional;

/**
 * The ends that a pool gives to open connections.
 *
 * @param onBackendDown handling of the open connections of a backend that goes down
 * @param onBackendRemoved handling of the open connections of a backend that leaves the pool
 * @param maxConnectionAge time from the accept of a connection to its end; zero: no limit
 * @param rebalance the rate at which connections leave backends that have more than their share; empty: they do not
 */
public record SessionSettings(DrainRule onBackendDown, DrainRule onBackendRemoved, Duration maxConnectionAge,
        Optional<Rebalance> rebalance) implements SettingGroup {

    /** The pool ends no connection. */
    public static final SessionSettings DEFAULT =
            new SessionSettings(DrainRule.KEEP, DrainRule.KEEP, Duration.ZERO, Optional.empty());

    /** Returns these settings with another handling of backends that go down. */
    public SessionSettings withOnBackendDown(DrainRule rule) {
        return new SessionSettings(rule, onBackendRemoved, maxConnectionAge, rebalance);
    }
}

package io.apexproxy.runtime.config.pool;

import java.time.Duration;

/**
 * The rate at which idle connections leave backends that have more than their share.
 *
 * @param percentPerMinute limit of the connections that leave within a minute, in percent of those of the pool
 * @param idle the time without a byte in both directions after which a connection may leave
 */
public record Rebalance(int percentPerMinute, Duration idle) {

    /** Twenty minutes for all connections of a pool. Ten seconds exceed the time of most requests. */
    public static final Rebalance DEFAULT = new Rebalance(5, Duration.ofSeconds(10));
}

package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.relay.record.CauseCounters;

/**
 * The target of a listener's connections.
 *
 * @param pool the pool; null if the connection is refused before a pool is chosen
 * @param ended the counters of ended connections
 */
public record Target(Pool pool, CauseCounters ended) {
}

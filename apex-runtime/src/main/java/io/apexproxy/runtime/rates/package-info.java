/**
 * Rates of the proxy, its listeners, pools and backends, for the status.
 *
 * <p>{@code RateSampler} reads the counters of the relay and the pools. Each component has a {@code RateTrack} with its
 * last two samples. The increases of backends add up to those of their pool, so that a removed backend does not reduce
 * the rate of the pool. Listeners, pools and the process also have a history of ten minutes.
 */
package io.apexproxy.runtime.rates;

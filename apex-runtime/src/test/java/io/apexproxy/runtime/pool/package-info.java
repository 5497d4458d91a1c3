/**
 * Benchmarks of what every connection asks of its pool. How probes, verdicts and picking work together is tested on a
 * whole proxy, a package further up.
 */
package io.apexproxy.runtime.pool;

/**
 * Tests of the arithmetic of probes and verdicts, and benchmarks of what every connection counts and asks of its pool.
 * How probes and verdicts work together, and their effect on connections, is tested on a whole proxy, a package further
 * up.
 */
package io.apexproxy.runtime.pool;

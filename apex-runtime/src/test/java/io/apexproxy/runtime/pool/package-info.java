/**
 * Tests and benchmarks of what every connection counts and asks of its pool. How backends get their verdicts, and what
 * those do to connections, is tested on a whole proxy, a package further up.
 */
package io.apexproxy.runtime.pool;

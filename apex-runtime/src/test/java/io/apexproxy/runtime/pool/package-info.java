/**
 * Benchmarks of picks. Tests of probes, verdicts and picks with a complete proxy are in the package
 * {@code io.apexproxy.runtime}.
 */
package io.apexproxy.runtime.pool;

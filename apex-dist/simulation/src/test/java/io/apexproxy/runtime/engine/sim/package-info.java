/**
 * Contract tests of package {@code engine} on the simulated engine. They correspond to the contract tests of
 * {@code engine.select}; each runs with several seeds.
 */
package io.apexproxy.runtime.engine.sim;

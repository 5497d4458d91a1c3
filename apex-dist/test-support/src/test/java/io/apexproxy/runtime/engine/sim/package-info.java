/**
 * The contract of package {@code engine} on the simulated engine: the cases of the contract tests in
 * {@code engine.select}, each with many seeds.
 */
package io.apexproxy.runtime.engine.sim;

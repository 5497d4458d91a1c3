/**
 * A simulated engine: event loops and channels in virtual time. One thread runs all steps.
 *
 * <p>A {@link io.apexproxy.runtime.engine.sim.SimulatedProcess} is the process under test. It counts descriptors, can
 * be suspended, and records the exceptions of handlers. A {@link io.apexproxy.runtime.engine.sim.SimulatedEngine} opens
 * the loops of that process; a {@link io.apexproxy.runtime.engine.sim.SimulatedExecutor} is another thread of it.
 * Package {@code world} contains the clock and the network, package {@code peer} clients and servers.
 *
 * <p>If the contract of package {@code engine} permits several behaviours, the seed decides. Examples: whether an
 * operation completes within the call that began it, how many bytes a read or write transfers, and the order in which
 * ready channels are dispatched.
 *
 * <p>The classes are not thread-safe.
 */
package io.apexproxy.runtime.engine.sim;

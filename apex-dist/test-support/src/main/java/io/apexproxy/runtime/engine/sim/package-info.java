/**
 * A simulated engine: event loops and channels in virtual time, driven step by step by one thread.
 *
 * <p>A {@link io.apexproxy.runtime.engine.sim.SimulatedProcess} is the process under test: its descriptors, its
 * suspension, and what escaped from its handlers. A {@link io.apexproxy.runtime.engine.sim.SimulatedEngine} opens the
 * loops of that process, a {@link io.apexproxy.runtime.engine.sim.SimulatedExecutor} is one of its other threads.
 * Package {@code world} has the clock and the network, package {@code peer} clients and servers.
 *
 * <p>Where the contract of package {@code engine} leaves a choice, the seed decides: whether an operation completes
 * within the call that began it, how many bytes a read or a write moves, in which order ready channels are dispatched.
 *
 * <p>Nothing here may be used by more than one thread.
 */
package io.apexproxy.runtime.engine.sim;

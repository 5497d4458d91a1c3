/**
 * A simulated engine: event loops, channels and a network in virtual time, driven step by step by one thread.
 *
 * <p>A {@link io.apexproxy.runtime.engine.sim.world.Simulation} owns the clock, the queue of events and the only source of
 * random numbers, so a seed determines everything that happens. A
 * {@link io.apexproxy.runtime.engine.sim.world.SimulatedNetwork} models TCP: listen queues, bounded buffers, delays, FIN and
 * RST. A {@link io.apexproxy.runtime.engine.sim.SimulatedProcess} is the process under test: its descriptors, its
 * suspension, and what escaped from its handlers. A {@link io.apexproxy.runtime.engine.sim.SimulatedEngine} opens the
 * loops of that process, a {@link io.apexproxy.runtime.engine.sim.SimulatedExecutor} is one of its other threads.
 *
 * <p>Where the contract of package {@code engine} leaves a choice, the seed decides: whether an operation completes
 * within the call that began it, how many bytes a read or a write moves, in which order ready channels are dispatched.
 *
 * <p>Nothing here may be used by more than one thread.
 */
package io.apexproxy.runtime.engine.sim;

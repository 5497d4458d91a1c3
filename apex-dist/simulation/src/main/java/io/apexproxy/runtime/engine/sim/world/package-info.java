/**
 * The environment of the process: virtual time, and a network that models TCP on Linux.
 *
 * <p>A {@link io.apexproxy.runtime.engine.sim.world.Simulation} owns the clock, the queue of events and the only
 * source of random numbers, so the seed determines the whole run. A
 * {@link io.apexproxy.runtime.engine.sim.world.SimulatedNetwork} has listening sockets with bounded queues, and
 * connections with bounded buffers, delays, FIN and RST; an
 * {@link io.apexproxy.runtime.engine.sim.world.Endpoint} is one end of a connection.
 */
package io.apexproxy.runtime.engine.sim.world;

/**
 * Pools of backends: who is healthy, who is picked next, and what is known of each.
 *
 * <p>A {@link io.apexproxy.runtime.pool.Pool} is changed on one thread only, the control thread, and read by all event
 * loops: they see an immutable rotation, swapped as a whole. No plugin code runs on the control thread; what a plugin
 * is asked runs on the threads of its own instance and is answered by a message back. So a plugin that hangs stops
 * nothing but the answer that it owes.
 *
 * <p>A backend that is written as a name stands for the addresses that the name has ({@code Member}), and they come and
 * go as it changes. A backend that leaves, by a reload or by its name, serves on until another one is known to replace
 * it.
 *
 * <p>The way of a verdict: a probe ({@code ProbeCall}, when {@code ProbeSchedule} says) or a failed connection is an
 * observation, {@code HealthCounter} counts observations against {@code rise} and {@code fall}, a change of the verdict
 * changes the rotation ({@code RotationPublisher}), and the load balancer is asked for a picker over the new healthy
 * set.
 */
package io.apexproxy.runtime.pool;

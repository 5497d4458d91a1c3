/**
 * Pools of backends: which backends may be picked, and which one is picked next.
 *
 * <p>A {@link io.apexproxy.runtime.pool.Pool} is changed on one thread only, the control thread, and read by all event
 * loops: they see an immutable rotation, swapped as a whole. No plugin code runs on the control thread. Plugins are
 * called on the threads of their own instance, and the answer comes back as a task. So a plugin that hangs delays only
 * its own answer.
 *
 * <p>A backend that is written as a name stands for the addresses that the name has ({@code ConfiguredBackend}), and
 * they come and go as it changes. A backend that leaves, by a reload or by its name, serves on until another one is
 * known to replace it.
 *
 * <p>The way of a verdict: {@link io.apexproxy.runtime.pool.health} changes the verdict of a backend, that changes the
 * rotation ({@code RotationPublisher}), and the load balancer is asked for a picker over the new healthy set
 * ({@code PickerUpdates}). The relay searches with {@link io.apexproxy.runtime.pool.BackendSearch} and reports failed
 * connections to the pool. {@link io.apexproxy.runtime.pool.names} looks names up, and {@link
 * io.apexproxy.runtime.pool.backend} is what all of them know of a backend.
 */
package io.apexproxy.runtime.pool;

/**
 * Pools of backends: the backends that may be picked, and the pick for each connection.
 *
 * <p>A {@link io.apexproxy.runtime.pool.Pool} changes on one thread only, the control thread. All event loops read it
 * as an immutable rotation that is replaced as a whole. No plugin code runs on the control thread. A plugin is called
 * on the threads of its own instance, and its result returns as a task. A plugin that hangs delays only its own result.
 *
 * <p>A backend that is configured by name has a state for each address of the name ({@code ConfiguredBackend}). States
 * are added and removed when the addresses change. A backend that leaves, by a reload or because its name has changed,
 * stays in rotation until another backend is healthy and the first probes of added backends have ended ({@code
 * FirstProbeWait}).
 *
 * <p>The path of a verdict: {@link io.apexproxy.runtime.pool.health} changes the verdict of a backend. {@code
 * RotationPublisher} publishes the new rotation. {@code PickerUpdates} requests a picker for it from the load balancer.
 *
 * <p>The relay finds a backend with {@link io.apexproxy.runtime.pool.BackendSearch} and reports failed connects to the
 * pool. Connections that find all backends full wait in a {@link io.apexproxy.runtime.pool.ConnectionQueue}.
 * {@link io.apexproxy.runtime.pool.names} looks up names. {@link io.apexproxy.runtime.pool.backend} has the state
 * of a backend that these packages share.
 */
package io.apexproxy.runtime.pool;

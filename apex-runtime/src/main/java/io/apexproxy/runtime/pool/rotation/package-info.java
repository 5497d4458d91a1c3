/**
 * The backends of a pool that may be picked now, and the pickers over them.
 *
 * <p>{@link io.apexproxy.runtime.pool.rotation.RotationPublisher} publishes an immutable {@link
 * io.apexproxy.runtime.pool.rotation.Rotation} after each change, and requests its pickers from the load balancer. The
 * pool decides which backends may be picked; searches on the event loops read the current rotation.
 */
package io.apexproxy.runtime.pool.rotation;

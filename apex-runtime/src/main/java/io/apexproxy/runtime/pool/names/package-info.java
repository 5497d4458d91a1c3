/**
 * Look-ups of the names of backends, and the choice of addresses if a name has many.
 *
 * <p>{@code ConfiguredBackend}, of the pools, looks up its name at intervals and when it is configured. The check of a
 * configuration looks up all names once. Tests replace the {@link io.apexproxy.runtime.pool.names.NameResolver}.
 */
package io.apexproxy.runtime.pool.names;

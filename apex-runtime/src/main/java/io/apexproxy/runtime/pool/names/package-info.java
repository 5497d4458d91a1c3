/**
 * Look-ups of backend names, and the choice of addresses if a name has many.
 *
 * <p>{@code ConfiguredBackend} looks up its name when it is configured and then at intervals. The check of a
 * configuration looks up all names once. Tests replace the {@link io.apexproxy.runtime.pool.names.NameResolver}.
 */
package io.apexproxy.runtime.pool.names;

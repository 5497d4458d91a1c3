/**
 * Limits of the proxy that follow from the resources of the process.
 *
 * <p>{@link io.apexproxy.runtime.limit.DescriptorLimit} and {@code HeapLimit} bound connections and probes.
 * {@link io.apexproxy.runtime.limit.BufferLimit} and {@code MemoryLimit} bound the relay buffers. The package reads the
 * resources from the system and the JVM; the package {@code stats} counts their use.
 * {@link io.apexproxy.runtime.limit.LocalFailure} recognizes failures that a lack of such resources causes.
 */
package io.apexproxy.runtime.limit;

/**
 * What the process may use, and what follows for the proxy: {@link io.apexproxy.runtime.limit.DescriptorLimit} and
 * {@code HeapLimit} bound connections and probes, {@link io.apexproxy.runtime.limit.BufferLimit} and {@code
 * MemoryLimit} bound the relay buffers. The limits are read from the system and the JVM; the package {@code stats}
 * counts against them. {@link io.apexproxy.runtime.limit.LocalFailure} recognizes failures that a lack of such resources
 * causes.
 */
package io.apexproxy.runtime.limit;

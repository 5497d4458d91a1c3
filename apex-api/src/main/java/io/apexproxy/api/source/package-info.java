/**
 * Backend sources: plugins that find the backends of a pool, for example in DNS or a service registry.
 *
 * <p>A source looks for backends and reports what it found. The runtime decides everything else in the same way for all
 * sources: when to look, which backends get connections after an answer without them or without an answer, what the log
 * and the metrics show, and which answer a restart begins with.
 */
package io.apexproxy.api.source;

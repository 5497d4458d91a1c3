/**
 * Tests of keeping a client with its backend: {@code SourceHashTest} counts who moves when the backends change, and
 * holds the balancer to what every load balancer is held to; {@code ClientKeyTest} shows what counts as the same
 * client.
 */
package io.apexproxy.lb.sourcehash;

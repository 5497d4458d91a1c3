/**
 * The source-hash load balancer: session affinity by client address, without a table of clients.
 *
 * <p>{@code ClientKey} extracts the bytes that identify a client. {@code MaglevTable} maps a hash of them to a backend.
 * The table depends only on the names and weights of the healthy backends. Several proxies with the same pool therefore
 * pick the same backends, also after a restart. If a backend is removed, hardly any clients of other backends move.
 */
package io.apexproxy.lb.sourcehash;

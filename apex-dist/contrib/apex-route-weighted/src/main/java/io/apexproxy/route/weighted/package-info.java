/**
 * The weighted router, for canary releases: it sends a share of the clients to other pools, without a table of clients.
 *
 * <p>{@code WeightedRouter} lets the pools compete for each client with a score, a hash of the client and the name of
 * the pool. The decision depends only on the address of the client and on the shares. Several proxies with the same
 * shares therefore choose the same pools, also after a restart.
 */
package io.apexproxy.route.weighted;

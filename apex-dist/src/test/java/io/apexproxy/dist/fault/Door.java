package io.apexproxy.dist.fault;

/**
 * A listener of the proxy.
 *
 * @param name in the configuration
 * @param greets whether its backends speak first
 * @param steady whether no fault reaches its backends, so that no session may be cut
 */
record Door(String name, int port, boolean greets, boolean steady) {
}

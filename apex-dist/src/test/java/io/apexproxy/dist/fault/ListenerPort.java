package io.apexproxy.dist.fault;

/**
 * A listener of the proxy.
 *
 * @param name the name in the configuration
 * @param greets whether its backends send first
 * @param steady whether its backends have no faults, so that no session may end early
 */
record ListenerPort(String name, int port, boolean greets, boolean steady) {
}

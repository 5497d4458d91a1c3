/**
 * The stage that accepts connections: listeners, their sockets, and the limits that admit or hold a connection.
 *
 * <p>No session exists in this stage. An {@code Acceptor} accepts connections on one loop and claims a place from
 * {@code Admission}. A connection at a limit is held, and the acceptor pauses until it is admitted. Before a listening
 * socket is closed, the connections in the kernel's queue are accepted.
 */
package io.apexproxy.runtime.relay.accept;

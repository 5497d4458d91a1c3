/**
 * The stage that accepts: listeners, their sockets, and the limits that let a connection in or hold it.
 *
 * <p>No session exists yet. An {@code Acceptor} accepts on one loop and asks {@code Admission}; a connection that a
 * limit does not let in is held, and nothing more is accepted before it is admitted. When a listening socket is closed,
 * the connections that the kernel has queued are accepted first.
 */
package io.apexproxy.runtime.relay.accept;

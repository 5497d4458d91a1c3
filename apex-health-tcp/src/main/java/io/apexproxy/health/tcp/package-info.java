/**
 * The TCP health check: connect, optionally send and compare a few bytes, close with FIN.
 *
 * <p>Each instance ({@code TcpCheck}) has a channel group with one daemon thread, on which all its probes run without
 * blocking. A {@code Probe} is one connection. It connects, sends and compares the bytes of {@code SendExpect}, and
 * completes its result. Then it closes the connection with FIN instead of RST, so that backends do not log aborted
 * connections. {@code LingeringProbes} limits the number of probes that wait for the FIN of the backend. A
 * {@code UnixProbe} does the same with a Unix-domain socket; {@code LingeringClose} closes its connections.
 */
package io.apexproxy.health.tcp;

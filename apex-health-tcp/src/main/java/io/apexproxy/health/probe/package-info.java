/**
 * Probes over TCP for health checks of any protocol: connect, exchange bytes, close with FIN.
 *
 * <p>Each health check has one {@link io.apexproxy.health.probe.ProbeConnections} with one daemon thread, on which all
 * its probes run without blocking. An {@link io.apexproxy.health.probe.Exchange} is the protocol of one probe: it
 * provides the bytes to send and evaluates the response. A {@code ProbeConnection} is the connection of one probe. It
 * completes the result and then closes with FIN instead of RST, so that backends do not log aborted connections.
 * {@code LingeringProbes} limits the number of connections that wait for the FIN of the backend.
 * {@link io.apexproxy.health.probe.Preambles} prepends a PROXY protocol header. {@link
 * io.apexproxy.health.probe.Reasons} formats failures.
 */
package io.apexproxy.health.probe;

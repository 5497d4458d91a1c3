/**
 * Probes over TCP: connect, exchange bytes, close without a reset. For health checks of any protocol.
 *
 * <p>A health check has one {@link io.apexproxy.health.probe.ProbeConnections}: one daemon thread runs all its probes,
 * and none blocks it. An {@link io.apexproxy.health.probe.Exchange} is the protocol of one probe: it has the bytes to
 * send and judges the answer. {@code ProbeConnection} is the connection of one probe. It gives the result at once and
 * then sends FIN, so that backends do not log aborted connections; {@code LingeringProbes} bounds how many connections
 * stay open after their result. {@link io.apexproxy.health.probe.Reasons} has the texts of failures.
 */
package io.apexproxy.health.probe;

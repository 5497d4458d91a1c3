/**
 * Probes for health checks of any protocol: connect, exchange bytes, close.
 *
 * <p>Each health check has one {@link io.apexproxy.health.probe.ProbeConnections}. Its probes run on the executor of
 * the health check without blocking, over connections of the runtime, which performs the PROXY protocol and TLS. An
 * {@link io.apexproxy.health.probe.Exchange} is the protocol of one probe: it provides the bytes to send and evaluates
 * the response. A {@code ProbeConnection} is the connection of one probe. {@link io.apexproxy.health.probe.Reasons}
 * formats failures, {@link io.apexproxy.health.probe.Excerpt} received bytes, and
 * {@link io.apexproxy.health.probe.ProbePort} is a setting that several health checks have.
 */
package io.apexproxy.health.probe;

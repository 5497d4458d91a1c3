/**
 * The TCP health check: connect, optionally send and compare a few bytes, close with RST or FIN.
 *
 * <p>{@code TcpCheck} uses the connections of {@link io.apexproxy.health.probe}. {@code SendExpect} contains the
 * settings of a pool, and {@code SendExpectExchange} applies them to one probe.
 */
package io.apexproxy.health.tcp;

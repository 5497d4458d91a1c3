/**
 * The TCP health check: connect, optionally exchange a few bytes, leave politely.
 *
 * <p>{@code TcpCheck} probes with the connections of {@link io.apexproxy.health.probe}. A {@code SendExpect} is what the
 * configuration says, a {@code SendExpectExchange} one probe with it. A {@code UnixProbe} does the same with a
 * Unix-domain socket; its connections end in {@code LingeringClose}.
 */
package io.apexproxy.health.tcp;

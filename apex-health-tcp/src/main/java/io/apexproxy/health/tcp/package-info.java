/**
 * The TCP health check: connect, optionally exchange a few bytes, leave politely.
 *
 * <p>Each instance ({@code TcpCheck}) has a channel group of one daemon thread, on which all its probes run without
 * waiting for each other. A {@code Probe} is one connection: it connects, sends what the {@code SendExpect} says,
 * compares what comes, gives its result at once and then ends the connection with FIN, never with a reset, so that
 * backends do not fill their logs with aborted connections. {@code LingeringProbes} bounds how many wait for that. A
 * {@code UnixProbe} does the same with a Unix-domain socket; its connections end in {@code LingeringClose}.
 */
package io.apexproxy.health.tcp;

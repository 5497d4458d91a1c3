/**
 * The HTTP health check: one request on a new connection, evaluated as early as possible.
 *
 * <p>{@code Request} contains the request to send, {@code Expectation} the expected response. {@code ResponseReader}
 * reads the response incrementally, and {@code BodyReader} its body. The status line decides if no body is expected.
 * {@code Probe} is one connection; all probes of an instance share one daemon thread. {@code LingeringProbes} limits
 * the number of connections that stay open after their result.
 */
package io.apexproxy.health.http;

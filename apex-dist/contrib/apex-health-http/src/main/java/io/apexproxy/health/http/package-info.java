/**
 * The HTTP health check: one request on a new connection, evaluated as early as possible.
 *
 * <p>{@code Request} contains the request to send, {@code Expectation} the expected response. {@code ResponseReader}
 * reads the response incrementally, and {@code BodyReader} its body. The status line decides if no body is expected.
 * {@code HttpExchange} combines them for a probe of the package {@code io.apexproxy.health.probe}.
 */
package io.apexproxy.health.http;

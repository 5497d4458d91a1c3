/**
 * The HTTP health check: one request on a connection of its own, judged as early as possible.
 *
 * <p>{@code Request} is what is sent, {@code Expectation} what has to come back; it judges the answer as far as it
 * has arrived, so that a status line decides at once where no body is expected. {@code Probe} is the connection
 * between them; all probes of an instance run on one daemon thread.
 */
package io.apexproxy.health.http;

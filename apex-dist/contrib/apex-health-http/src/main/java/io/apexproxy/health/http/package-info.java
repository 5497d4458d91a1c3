/**
 * The HTTP health check: one request on a connection of its own, judged as early as possible.
 *
 * <p>{@code Request} is what is sent, {@code Expectation} what has to come back. {@code AnswerReader} reads the answer
 * in the pieces in which it arrives, and {@code BodyReader} its body; a status line decides at once where no body is
 * expected. {@code Probe} is the connection between them; all probes of an instance share one daemon thread.
 * {@code LingeringProbes} bounds how many connections stay open after their result.
 */
package io.apexproxy.health.http;

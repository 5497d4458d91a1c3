/**
 * The HTTP health check: one request on a connection of its own, judged as early as possible.
 *
 * <p>{@code Request} is what is sent, {@code Expectation} what has to come back. {@code AnswerReader} reads the answer
 * in the pieces in which it arrives, and {@code BodyReader} its body; a status line decides at once where no body is
 * expected. {@code HttpExchange} puts both into a probe of the package {@code io.apexproxy.health.probe}.
 */
package io.apexproxy.health.http;

/**
 * The peak-EWMA load balancer, for protocols of requests and responses whose backends differ in speed.
 *
 * <p>{@code AnswerTime} estimates the time to the first byte of a backend: an exponentially weighted moving average
 * (EWMA) that takes a longer time at once, and forgets it slowly. {@code PeakEwmaPicker} draws two backends. It
 * compares this time multiplied by the number of connections. Backends without an estimate are compared by their
 * connections.
 */
package io.apexproxy.lb.peakewma;

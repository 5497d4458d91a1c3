/**
 * Round robin, exact and smooth.
 *
 * <p>{@code SmoothSequence} lays out one cycle of picks ahead of time, in which each backend stands as often as its
 * weight says and as evenly spread as possible. {@code RoundRobin} walks along it with one counter that all event
 * loops share: every full cycle is exact, whichever event loop asked.
 */
package io.apexproxy.lb.roundrobin;

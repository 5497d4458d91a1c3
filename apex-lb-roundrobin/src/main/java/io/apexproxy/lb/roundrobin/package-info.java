/**
 * Smooth weighted round-robin.
 *
 * <p>{@code SmoothSequence} computes one cycle of picks in advance. It contains each backend in proportion to its
 * weight, distributed as evenly as possible. {@code RoundRobin} iterates over the cycle with one counter that all event
 * loops share, so every full cycle matches the weights exactly.
 */
package io.apexproxy.lb.roundrobin;

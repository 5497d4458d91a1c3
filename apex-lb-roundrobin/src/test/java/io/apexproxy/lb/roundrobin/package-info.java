/**
 * Tests of taking turns: {@code SmoothSequenceTest} checks the sequence of turns, {@code RoundRobinTest} what
 * connections get of it, and holds the balancer to what every load balancer is held to.
 */
package io.apexproxy.lb.roundrobin;

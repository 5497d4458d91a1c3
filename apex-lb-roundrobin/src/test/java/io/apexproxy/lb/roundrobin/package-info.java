/**
 * Tests of round-robin. {@code SmoothSequenceTest} checks the cycle of picks. {@code RoundRobinTest} checks the picks
 * for connections and the contract of load balancers.
 */
package io.apexproxy.lb.roundrobin;

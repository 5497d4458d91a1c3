/**
 * Tests of rendezvous hashing. {@code RendezvousTest} counts the clients that move when backends change,
 * {@code BoundedLoadTest} the connections of backends with a client that has many. Both check the contract of load
 * balancers.
 */
package io.apexproxy.lb.rendezvous;

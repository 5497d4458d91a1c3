/**
 * A simulation of load balancers in virtual time: proxies that share backends, each with its own counts and its own
 * instance of the load balancer. {@code BalancingTest} compares the load balancers of the distribution.
 */
package io.apexproxy.lb.fleet;

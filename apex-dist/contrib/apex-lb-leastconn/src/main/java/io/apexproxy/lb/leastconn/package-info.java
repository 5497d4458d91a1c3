/**
 * The least-connections load balancer, for long connections or connections with unequal cost.
 */
package io.apexproxy.lb.leastconn;

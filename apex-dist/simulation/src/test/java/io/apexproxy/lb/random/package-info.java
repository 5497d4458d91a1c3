/** Access to the load balancer {@code random} for simulations. */
package io.apexproxy.lb.random;

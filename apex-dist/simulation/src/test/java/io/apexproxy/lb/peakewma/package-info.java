/** Access to the load balancer {@code peak-ewma} for simulations. */
package io.apexproxy.lb.peakewma;

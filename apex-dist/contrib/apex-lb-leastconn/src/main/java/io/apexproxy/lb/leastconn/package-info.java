/**
 * Least connections: for connections that last, or that cost the backends unequal effort.
 */
package io.apexproxy.lb.leastconn;

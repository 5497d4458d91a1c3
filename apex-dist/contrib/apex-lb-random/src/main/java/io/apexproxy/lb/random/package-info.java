/**
 * The random load balancer, which picks the least loaded of a few randomly drawn backends.
 *
 * <p>Two draws give nearly the result of least connections, at a cost that does not depend on the number of backends
 * (Mitzenmacher, "The power of two choices in randomized load balancing", 2001). Several proxies also avoid picking the
 * same idle backend at the same time.
 *
 * <p>This plugin is a plain jar without a module descriptor: {@code META-INF/services} names its provider.
 */
package io.apexproxy.lb.random;

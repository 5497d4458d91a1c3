/**
 * Random choice: the least loaded of a few backends drawn at random.
 *
 * <p>Two draws are enough to come close to least connections, at a cost that does not grow with the number of
 * backends, and without the rush of several proxies to the one backend that all of them see idle (Mitzenmacher, "The
 * power of two choices in randomized load balancing", 2001).
 *
 * <p>This plugin is a plain jar without a module descriptor: {@code META-INF/services} names its provider.
 */
package io.apexproxy.lb.random;

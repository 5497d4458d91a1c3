/**
 * Tests of the weighted router. {@code WeightedRouterTest} counts the clients of each pool, also those that move when a
 * share changes, and checks the contract of routers. {@code HashTest} compares the hash function with that of the JDK.
 */
package io.apexproxy.route.weighted;

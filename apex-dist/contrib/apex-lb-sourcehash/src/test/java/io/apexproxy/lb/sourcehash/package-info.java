/**
 * Tests of source hashing. {@code SourceHashTest} counts the clients that move when backends change, and checks the
 * contract of load balancers. {@code ClientKeyTest} checks which addresses count as the same client.
 */
package io.apexproxy.lb.sourcehash;

/**
 * Tests of TLS on the unpacked distribution. OpenSSL makes the certificates and keys of each test in a temporary
 * directory; {@code Authority} issues them. The clients and servers are installed programs, or those of the JDK.
 */
package io.apexproxy.dist.tls;

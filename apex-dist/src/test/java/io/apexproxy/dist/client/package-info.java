/**
 * Tests with third-party servers and clients and Apex between them. Each test checks a result of these programs, for
 * example the sums of a database after a thousand transactions. The tests use installed programs. A test is skipped if
 * its program is missing, with a message that names the package. {@code Program} finds and runs programs;
 * {@code ProxiedServer} is a server with Apex in front.
 *
 * <p>All servers listen on loopback on free ports and use temporary directories. Running servers of the machine are not
 * affected.
 */
package io.apexproxy.dist.client;

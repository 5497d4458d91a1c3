/**
 * Servers and clients that others wrote, with Apex between them: each test checks what only they can know, such as the
 * sums of a database after a thousand transactions. They are the programs of this machine; a test whose program is
 * not there is skipped, and says which package has it. {@code Program} finds and runs them, {@code ProxiedServer} is a
 * started server and Apex before it.
 *
 * <p>Everything is on loopback and on ports of its own, in directories that go away; servers of the machine are not
 * touched.
 */
package io.apexproxy.dist.client;

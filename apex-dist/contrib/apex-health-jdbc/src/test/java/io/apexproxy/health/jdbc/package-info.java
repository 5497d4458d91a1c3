/**
 * Tests of the health check {@code jdbc} with drivers that block, fail and answer as a test needs it.
 * {@code FakeDriver} is a driver in memory, {@code SocketDriver} one that connects, for the contract of health
 * checks.
 */
package io.apexproxy.health.jdbc;

/**
 * Tests of the connections of probes: their end where a thread is missing, how many stay open after their result, and
 * the texts of failures.
 */
package io.apexproxy.health.probe;

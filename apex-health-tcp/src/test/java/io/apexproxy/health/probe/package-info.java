/**
 * Tests of the connections of probes. {@code ProbeConnectionTest} checks probes without threads or ports,
 * {@code LingeringProbesTest} the limit of connections that stay open after their result, and {@code ReasonsTest} the
 * texts of failures.
 */
package io.apexproxy.health.probe;

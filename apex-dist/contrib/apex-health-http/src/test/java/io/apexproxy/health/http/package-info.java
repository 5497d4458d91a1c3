/**
 * Tests of probes over HTTP. {@code HttpCheckTest} probes scripted servers and includes the contract of health checks.
 * {@code ResponseReaderTest} checks which responses count as healthy.
 */
package io.apexproxy.health.http;

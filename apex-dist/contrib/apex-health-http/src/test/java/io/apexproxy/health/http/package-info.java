/**
 * Tests of probing over HTTP: {@code HttpCheckTest} against scripted servers, which also holds the check to what every
 * health check is held to, and {@code ExpectationTest} on what counts as healthy.
 */
package io.apexproxy.health.http;

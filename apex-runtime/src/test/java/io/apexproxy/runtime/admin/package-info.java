/**
 * Tests of the admin endpoint: the response of each path to an HTTP client ({@code Answer}) or over a socket, and its
 * content for a sample proxy ({@code Snapshots}). {@code MetricsParser} is a strict parser of the metrics.
 */
package io.apexproxy.runtime.admin;

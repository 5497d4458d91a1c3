/**
 * The admin endpoint: metrics for Prometheus, the state as JSON and as a page for people, and health for orchestrators.
 *
 * <p>{@code AdminEndpoint} comes, moves and goes with the configuration; what listens is an {@code AdminServer}, on the
 * JDK's own HTTP server with two threads of its own, so that nothing asked here reaches an event loop. A request first
 * passes {@code HostCheck}; then {@code Routes} finds who answers its path: {@code MetricsText}, {@code StatusJson},
 * {@code StatusPage}, or in one word {@code Routes} itself. All they know of the proxy is a
 * {@link io.apexproxy.runtime.snapshot.Snapshot} taken for this request: nothing is counted here, and what left the
 * configuration is gone from the next answer.
 *
 * <p>Everything is read-only and unauthenticated, so it belongs on a loopback address.
 */
package io.apexproxy.runtime.admin;

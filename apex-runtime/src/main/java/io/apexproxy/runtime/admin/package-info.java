/**
 * The admin endpoint: metrics for Prometheus, the state as JSON and as a page for people, and health for orchestrators.
 *
 * <p>{@code AdminEndpoint} opens, moves and closes with the configuration; what listens is an {@code AdminServer}, an
 * HTTP server of the package {@code http} on two threads of its own. {@code Routes} finds the answer to a request after
 * {@code HostCheck} has admitted it. Health and the page are answered on the server's first thread. {@code MetricsText}
 * and {@code StatusJson} take longer with more backends and are made on the second. All they know of the proxy is a
 * {@link io.apexproxy.runtime.snapshot.Snapshot} taken for this request: nothing is counted here, and what left the
 * configuration is gone from the next answer.
 *
 * <p>Everything is read-only and unauthenticated, so it belongs on a loopback address.
 *
 * <h2>Why a server of its own</h2>
 *
 * <p>Health must be answered within a second while other clients flood the endpoint, send a request byte by byte, or
 * are silent. The JDK's HTTP server reads requests in blocking threads: as many slow clients as it has threads stop it.
 * It refuses each connection beyond its limit, also if the others are silent. After an accept that failed for lack of
 * descriptors it tries again at once, and uses up a processor. None of this can be configured. Small HTTP libraries use
 * a thread for each connection; the others are servers for every purpose, with more code than Apex has. The endpoint
 * needs GET and HEAD of five paths and one request for each connection, so its server is a pure parser and one loop.
 * The loops of the relay are not used, because a plugin that blocks one of them must not stop health.
 */
package io.apexproxy.runtime.admin;

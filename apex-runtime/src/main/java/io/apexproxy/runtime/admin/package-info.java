/**
 * The admin endpoint: metrics for Prometheus, the status as JSON and as a web page, and health for orchestrators.
 *
 * <p>{@code AdminEndpoint} opens, moves and closes with the configuration. It owns an {@code AdminServer}, an HTTP
 * server of the package {@code http} with two threads. {@code HostCheck} rejects requests for other hosts, and {@code
 * Routes} finds the response to the others. The first thread serves health and the page. The second thread renders
 * {@code MetricsText} and {@code StatusJson}, whose cost grows with the number of backends. Both read a {@link
 * io.apexproxy.runtime.snapshot.Snapshot} that is taken for the request, so the endpoint has no counters of its own.
 *
 * <p>The endpoint is read-only and has no authentication, so it should have a loopback address.
 *
 * <h2>Reasons for a separate HTTP server</h2>
 *
 * <p>The response to a health request must arrive within 1 s while other clients flood the endpoint, send a request
 * byte by byte, or send nothing. The JDK's HTTP server cannot be configured for this:
 *
 * <ul>
 *   <li>It reads requests in blocking threads: as many slow clients as threads stop it.
 *   <li>It closes each connection beyond its limit, even if the others are silent.
 *   <li>After an accept that failed for lack of descriptors, it retries at once and uses a whole processor.
 * </ul>
 *
 * <p>Small HTTP libraries use a thread per connection. The others are general-purpose servers with more code than Apex.
 * The endpoint needs GET and HEAD of five paths and one request per connection, so a pure parser and one loop suffice.
 * It does not use the loops of the relay, because a plugin that blocks one of them must not block health.
 */
package io.apexproxy.runtime.admin;

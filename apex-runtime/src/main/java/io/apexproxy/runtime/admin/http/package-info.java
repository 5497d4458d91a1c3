/**
 * A minimal HTTP server: one request per connection, without a body. Clients can be hostile.
 *
 * <p>{@code HttpLoop} is the event loop. {@code HttpAcceptor} accepts connections, and closes silent and slow ones at
 * the limit; {@code DescriptorReserve} keeps descriptors for it. {@code HttpConnections} holds the connections in the
 * order in which they expire. {@code HttpConnection} collects the bytes of a request, and {@code HttpRequestParser}
 * parses them. {@code HttpHandler} creates the response: a fast one on the loop, others on the thread of {@code
 * Renderer}.
 *
 * <p>At the limit, a new connection closes the oldest connection without a complete request. The loop serves requests
 * that have arrived before it accepts connections, so this affects silent and slow clients only.
 */
package io.apexproxy.runtime.admin.http;

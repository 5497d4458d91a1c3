/**
 * A minimal HTTP server: one request for each connection, no request bodies, and clients that may be hostile.
 *
 * <p>{@code HttpLoop} is the event loop. {@code HttpAcceptor} accepts, and closes silent and slow connections to make
 * room; {@code DescriptorReserve} keeps descriptors for it. {@code HttpConnections} has the connections in the order in
 * which they expire. {@code HttpConnection} collects the bytes of a request, {@code HttpRequestParser} reads them, and
 * {@code HttpHandler} answers: on the loop what takes about no time, by {@code Renderer} on a second thread the rest.
 *
 * <p>When all permitted connections are open, the next one closes the one that has sent no complete request for the
 * longest time. Requests that have arrived are served before connections are accepted, so this affects silent and slow
 * clients only.
 */
package io.apexproxy.runtime.admin.http;

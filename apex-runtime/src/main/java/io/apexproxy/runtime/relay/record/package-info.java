/**
 * What remains of a connection when it is closed: a {@code SessionRecord} with its figures and its {@code Cause}, and
 * the line of the access log that is written from it.
 *
 * <p>The event loop that served the connection creates the record and passes it to {@code AccessLog}. Each loop has an
 * {@code SpscQueue} of its own there, so that loops neither block nor contend. One thread takes records out of the
 * queues and writes the lines; it blocks without a timeout while there are none.
 */
package io.apexproxy.runtime.relay.record;

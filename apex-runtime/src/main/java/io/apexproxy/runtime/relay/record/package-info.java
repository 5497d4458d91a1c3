/**
 * The record of an ended session: a {@code SessionRecord} with its figures and its {@code Cause}, and the access log.
 *
 * <p>The event loop of a session creates the record and passes it to {@code AccessLog}. Each loop has its own
 * {@code SpscQueue} there, so that loops neither block nor contend. One thread drains the queues and writes the lines.
 * It blocks without a timeout while the queues are empty.
 */
package io.apexproxy.runtime.relay.record;

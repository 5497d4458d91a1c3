/**
 * TLS as a channel: {@link io.apexproxy.runtime.engine.tls.TlsChannel} is a channel of an event loop over another one,
 * so that the code above it does not distinguish them.
 *
 * <p>{@link io.apexproxy.runtime.engine.tls.RecordInput} reads from the transport, and
 * {@link io.apexproxy.runtime.engine.tls.RecordReader} decrypts the records into the buffer of the caller.
 * {@link io.apexproxy.runtime.engine.tls.RecordWriter} encrypts outgoing bytes. They use the
 * {@link io.apexproxy.runtime.engine.tls.TlsBuffers} of the loop, and hold a buffer only while bytes are in it.
 */
package io.apexproxy.runtime.engine.tls;

package io.apexproxy.runtime.pool.backend;

import io.apexproxy.runtime.config.tls.StartTls;
import io.apexproxy.runtime.tls.ClientTls;

/**
 * How a connection to a backend starts TLS.
 *
 * @param context the context of the pool
 * @param starttls the request for TLS with which the connection begins
 */
public record BackendTls(ClientTls context, StartTls starttls) {
}

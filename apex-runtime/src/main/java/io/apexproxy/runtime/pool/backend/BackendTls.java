package io.apexproxy.runtime.pool.backend;

import io.apexproxy.runtime.tls.ClientTls;

/**
 * How a connection to a backend starts TLS.
 *
 * @param context the context of the pool
 * @param requestsTls whether the connection begins with the SSLRequest of PostgreSQL
 */
public record BackendTls(ClientTls context, boolean requestsTls) {
}

/** The requests that a PostgreSQL client can send before TLS. */
package io.apexproxy.runtime.protocol.postgres;

/** The settings of TLS towards clients and backends. Files are paths as written; nothing here reads them. */
package io.apexproxy.runtime.config.tls;

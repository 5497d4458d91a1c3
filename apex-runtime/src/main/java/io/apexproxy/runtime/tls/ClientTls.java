package io.apexproxy.runtime.tls;

import javax.net.ssl.SSLEngine;

/** The TLS of connections to the backends of a pool. Any thread; does not block. */
public interface ClientTls {

    /**
     * Returns the engine of a new connection. Its handshake has not begun.
     *
     * @param host the host of the backend in the configuration; empty for a Unix-domain socket
     * @param port the port of the backend; 0 for a Unix-domain socket
     */
    SSLEngine newEngine(String host, int port);
}

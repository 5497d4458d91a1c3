package io.apexproxy.runtime.tls;

import java.util.Optional;
import javax.net.ssl.SSLEngine;

/** The TLS of a listener's clients. Any thread; does not block. */
public interface ServerTls {

    /**
     * Returns the engine of a new connection. Its handshake has not begun.
     *
     * @param serverName the name in the ClientHello; empty if the client sent none
     */
    SSLEngine newEngine(Optional<String> serverName);
}

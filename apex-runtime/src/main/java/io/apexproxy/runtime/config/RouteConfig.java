package io.apexproxy.runtime.config;

import io.apexproxy.runtime.config.address.NetworkSet;
import io.apexproxy.runtime.protocol.tls.ServerNamePattern;
import java.util.List;
import java.util.Optional;

/**
 * A validated route of a listener: conditions, all of which a connection has to meet, and a decision.
 *
 * @param serverNames the names of the server in the ClientHello, one of which matches; empty: no condition
 * @param applicationProtocols the protocols (ALPN), one of which the client offers; empty: no condition
 * @param from the networks of clients; empty: no condition
 * @param tls whether the client begins with TLS; empty: no condition
 * @param pool the name of an existing pool; empty: the connection is refused
 */
public record RouteConfig(List<ServerNamePattern> serverNames, List<String> applicationProtocols, NetworkSet from,
        Optional<Boolean> tls, Optional<String> pool) {

    public RouteConfig {
        serverNames = List.copyOf(serverNames);
        applicationProtocols = List.copyOf(applicationProtocols);
    }

    /** Returns whether only clients that begin with TLS match. */
    public boolean requiresTls() {
        return !serverNames.isEmpty() || !applicationProtocols.isEmpty() || tls.orElse(false);
    }

    /** Returns whether the decision needs the first bytes of the client. */
    public boolean readsHello() {
        return requiresTls() || tls.isPresent();
    }
}

package io.apexproxy.health.tcp;

import io.apexproxy.api.Backend;
import java.net.SocketAddress;

/** A backend of which only the address matters. */
record AddressOnly(SocketAddress address) implements Backend {

    @Override
    public String name() {
        return address.toString();
    }

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public int activeConnections() {
        return 0;
    }
}

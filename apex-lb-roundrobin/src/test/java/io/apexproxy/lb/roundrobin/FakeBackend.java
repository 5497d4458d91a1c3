package io.apexproxy.lb.roundrobin;

import io.apexproxy.api.Backend;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** A backend of which only name and weight matter. */
record FakeBackend(String name, int weight) implements Backend {

    static Backend of(String name) {
        return new FakeBackend(name, 1);
    }

    @Override
    public SocketAddress address() {
        return InetSocketAddress.createUnresolved(name, 1);
    }

    @Override
    public int activeConnections() {
        return 0;
    }
}

package io.apexproxy.lb.sourcehash;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import java.util.List;

/** The balancer that assigns the same backend to the same client. */
final class SourceHash implements LoadBalancer {

    private final ClientKey key;

    /** Creates a balancer; the key is the part of a client address that is hashed. */
    SourceHash(ClientKey key) {
        this.key = key;
    }

    @Override
    public BackendPicker over(List<Backend> healthy) {
        MaglevTable table = MaglevTable.of(healthy);
        return connection -> table.backend(key.of(connection.client()));
    }

    @Override
    public boolean ignoresSlowStart() {
        return true;
    }
}

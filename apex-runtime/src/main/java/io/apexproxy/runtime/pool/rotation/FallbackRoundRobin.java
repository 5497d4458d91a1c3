package io.apexproxy.runtime.pool.rotation;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A round-robin picker without weights, used when a load balancer fails. */
final class FallbackRoundRobin implements BackendPicker {

    private final List<BackendState> backends;
    private final AtomicInteger next = new AtomicInteger();

    FallbackRoundRobin(List<BackendState> backends) {
        this.backends = backends;
    }

    @Override
    public Backend pick(ConnectionInfo connection) {
        return backends.get(Math.floorMod(next.getAndIncrement(), backends.size()));
    }
}

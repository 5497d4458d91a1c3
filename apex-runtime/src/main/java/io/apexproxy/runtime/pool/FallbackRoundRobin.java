package io.apexproxy.runtime.pool;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The safe default where a load balancer fails: the backends in turn, whatever their weight. */
final class FallbackRoundRobin implements BackendPicker {

    private final List<BackendState> pickable;
    private final AtomicInteger turn = new AtomicInteger();

    FallbackRoundRobin(List<BackendState> pickable) {
        this.pickable = pickable;
    }

    @Override
    public Backend pick(ConnectionInfo connection) {
        return pickable.get(Math.floorMod(turn.getAndIncrement(), pickable.size()));
    }
}

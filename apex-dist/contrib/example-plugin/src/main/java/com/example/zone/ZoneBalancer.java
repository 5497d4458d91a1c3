package com.example.zone;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Picks in turn among the backends of a zone, or among all backends while too few of the zone are healthy. */
final class ZoneBalancer implements LoadBalancer {
    private final String prefix;
    private final int minHealthy;
    /** The state of the pool. It survives a change of the backends, because all pickers share it. */
    private final AtomicInteger turn = new AtomicInteger();

    ZoneBalancer(String prefix, int minHealthy) {
        this.prefix = prefix;
        this.minHealthy = minHealthy;
    }

    @Override
    public BackendPicker over(List<Backend> healthy) {
        List<Backend> zone = healthy.stream().filter(backend -> backend.name().startsWith(prefix)).toList();
        List<Backend> used = zone.size() < minHealthy ? healthy : zone;
        // a backend of weight 3 has three slots
        Backend[] slots = used.stream().flatMap(backend -> Collections.nCopies(backend.weight(), backend).stream())
                .toArray(Backend[]::new);
        return connection -> slots[Math.floorMod(turn.getAndIncrement(), slots.length)];
    }
}

package io.apexproxy.lb.leastconn;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The least-connections policy. Each pick compares all backends, which costs a few nanoseconds per backend.
 *
 * <p>Event loops that pick at the same time can see the same counts and pick the same backend; later picks correct
 * this.
 */
final class LeastConnections implements LoadBalancer {

    /**
     * The index of the last picked backend. The search starts after it, so that backends with equal loads are picked in
     * turn, even after a change of the set.
     */
    private final AtomicInteger last = new AtomicInteger(-1);

    @Override
    public BackendPicker over(List<Backend> healthy) {
        Backend[] backends = healthy.toArray(Backend[]::new);
        return connection -> {
            int start = last.get() + 1;
            int best = start % backends.length;
            int connections = backends[best].activeConnections();
            int weight = backends[best].weight();
            for (int i = start + 1; i < start + backends.length; i++) {
                Backend other = backends[i % backends.length];
                int otherConnections = other.activeConnections();
                int otherWeight = other.weight();
                // compares connections / weight without rounding
                if ((long) otherConnections * weight < (long) connections * otherWeight) {
                    best = i % backends.length;
                    connections = otherConnections;
                    weight = otherWeight;
                }
            }
            last.set(best);
            return backends[best];
        };
    }
}

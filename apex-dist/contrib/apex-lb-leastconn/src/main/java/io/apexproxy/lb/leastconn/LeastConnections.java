package io.apexproxy.lb.leastconn;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks at all backends for every pick, which costs a few nanoseconds for each.
 *
 * <p>Event loops that pick at the same moment may see the same counts and pick the same backend; the next picks make up
 * for it.
 */
final class LeastConnections implements LoadBalancer {

    /**
     * Where the last pick was found. The search begins behind it, so that backends with equal loads take turns, also
     * after a change of membership.
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
                // connections / weight, without the rounding of a division
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

package io.apexproxy.lb.roundrobin;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Smooth weighted round-robin. A pick is one atomic increment and one array read.
 */
final class RoundRobin implements LoadBalancer {

    /**
     * The number of picks. Changes of the set do not reset it; otherwise a flapping backend would direct every
     * connection to the first of the others. At a billion picks per second it overflows after 292 years.
     */
    private final AtomicLong turn = new AtomicLong();

    @Override
    public BackendPicker over(List<Backend> healthy) {
        Backend[] sequence = SmoothSequence.of(healthy);
        return connection -> sequence[(int) (turn.getAndIncrement() % sequence.length)];
    }
}

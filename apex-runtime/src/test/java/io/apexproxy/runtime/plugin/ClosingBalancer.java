package io.apexproxy.runtime.plugin;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import java.util.List;

/** A load balancer with an action for its {@code close}. */
record ClosingBalancer(Runnable whenClosed) implements LoadBalancer {

    @Override
    public BackendPicker over(List<Backend> healthy) {
        return connection -> healthy.get(0);
    }

    @Override
    public void close() {
        whenClosed.run();
    }
}

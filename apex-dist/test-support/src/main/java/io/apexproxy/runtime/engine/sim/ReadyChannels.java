package io.apexproxy.runtime.engine.sim;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The channels of one loop that may be ready. */
final class ReadyChannels {

    private final Simulation simulation;
    private final Runnable work;
    private final Set<SimulatedChannel> ready = new LinkedHashSet<>();

    /**
     * Creates an empty set.
     *
     * @param work is run before each dispatched channel
     */
    ReadyChannels(Simulation simulation, Runnable work) {
        this.simulation = simulation;
        this.work = work;
    }

    boolean isEmpty() {
        return ready.isEmpty();
    }

    void add(SimulatedChannel channel) {
        ready.add(channel);
    }

    void remove(SimulatedChannel channel) {
        ready.remove(channel);
    }

    /** Dispatches those that are ready; a channel that still is afterwards stays in the set. */
    void dispatch() {
        List<SimulatedChannel> found = new ArrayList<>(ready);
        ready.clear();
        for (int left = found.size(); left > 0; left--) {
            // in an order that the seed decides, as the kernel reports them in no particular one
            int place = simulation.random().nextInt(left);
            SimulatedChannel channel = found.get(place);
            found.set(place, found.get(left - 1));
            if (channel.isReady()) {
                work.run();
                channel.dispatch();
                if (channel.isReady()) {
                    ready.add(channel);
                }
            }
        }
    }
}

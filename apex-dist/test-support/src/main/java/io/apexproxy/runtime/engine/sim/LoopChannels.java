package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.sim.world.Simulation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The channels of one loop: all, those that may be ready, and those that are closed and not freed. */
final class LoopChannels {

    private final Simulation simulation;
    private final Runnable work;
    private final Set<SimulatedChannel> all = new LinkedHashSet<>();
    private final Set<SimulatedChannel> ready = new LinkedHashSet<>();
    private final ArrayDeque<SimulatedChannel> closed = new ArrayDeque<>();

    /**
     * Creates an empty set.
     *
     * @param work is run before each dispatched channel
     */
    LoopChannels(Simulation simulation, Runnable work) {
        this.simulation = simulation;
        this.work = work;
    }

    <C extends SimulatedChannel> C add(C channel) {
        all.add(channel);
        return channel;
    }

    int size() {
        return all.size();
    }

    boolean hasWork() {
        return !ready.isEmpty() || !closed.isEmpty();
    }

    void markReady(SimulatedChannel channel) {
        ready.add(channel);
    }

    /** The channel was closed; {@link #free} frees it. */
    void markClosed(SimulatedChannel channel) {
        closed.add(channel);
    }

    /** Returns how many channels are closed and not freed. */
    int closed() {
        return closed.size();
    }

    /** Frees so many of the closed channels. */
    void free(int count) {
        for (int left = count; left > 0; left--) {
            SimulatedChannel channel = closed.remove();
            all.remove(channel);
            ready.remove(channel);
            channel.free();
        }
    }

    void closeAll() {
        List.copyOf(all).forEach(SimulatedChannel::startClosing);
    }

    /** Dispatches those that are ready; a channel that still is afterwards remains so. */
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

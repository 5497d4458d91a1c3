package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.sim.world.Simulation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The sets of channels of a loop: all channels, possibly ready ones, and closed ones with an open descriptor. */
final class LoopChannels {

    private final Simulation simulation;
    private final Runnable work;
    private final Set<SimulatedChannel> all = new LinkedHashSet<>();
    private final Set<SimulatedChannel> ready = new LinkedHashSet<>();
    private final ArrayDeque<SimulatedChannel> closed = new ArrayDeque<>();

    /** Creates an empty set; the work runs before each dispatch. */
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

    /** Adds a closed channel, for {@link #free}. */
    void markClosed(SimulatedChannel channel) {
        closed.add(channel);
    }

    /** Returns the number of channels that are closed and not freed. */
    int closed() {
        return closed.size();
    }

    /** Frees this number of closed channels. */
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

    /** Dispatches the ready channels. A channel that is still ready afterwards stays in the set. */
    void dispatch() {
        List<SimulatedChannel> found = new ArrayList<>(ready);
        ready.clear();
        for (int left = found.size(); left > 0; left--) {
            // the kernel reports ready channels in no particular order, so the seed decides
            int index = simulation.random().nextInt(left);
            SimulatedChannel channel = found.get(index);
            found.set(index, found.get(left - 1));
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

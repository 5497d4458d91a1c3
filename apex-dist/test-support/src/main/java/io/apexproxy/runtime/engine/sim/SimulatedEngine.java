package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.Engine;
import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.TurnObserver;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/** Opens the loops of one process on a network. */
public final class SimulatedEngine implements Engine {

    private final SimulatedProcess process;
    private final SimulatedNetwork network;
    private final boolean distributes;
    private final List<SimulatedLoop> loops = new ArrayList<>();

    /**
     * Creates an engine without loops.
     *
     * @param distributes whether the network distributes connections among loops that listen on one address
     */
    public SimulatedEngine(SimulatedProcess process, SimulatedNetwork network, boolean distributes) {
        this.process = process;
        this.network = network;
        this.distributes = distributes;
    }

    /**
     * {@inheritDoc}
     *
     * @param threads makes a thread that is never started, for callers that want to know it
     */
    @Override
    public Loop openLoop(ThreadFactory threads, TurnObserver turns) {
        threads.newThread(() -> { });
        SimulatedLoop loop = new SimulatedLoop(loops.size(), process, network, turns);
        loops.add(loop);
        return loop;
    }

    @Override
    public boolean distributesConnections() {
        return distributes;
    }

    /** Returns all loops that were opened, in this order. */
    public List<SimulatedLoop> loops() {
        return List.copyOf(loops);
    }
}

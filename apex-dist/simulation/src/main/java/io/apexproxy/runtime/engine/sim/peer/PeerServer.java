package io.apexproxy.runtime.engine.sim.peer;

import io.apexproxy.runtime.engine.sim.world.Endpoint;
import io.apexproxy.runtime.engine.sim.world.ListenQueue;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork;
import io.apexproxy.runtime.engine.sim.world.Simulation;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** A server that accepts connections and assigns a plan to each. */
public final class PeerServer {

    private static final int BACKLOG = 128;

    private final Simulation simulation;
    private final SimulatedNetwork network;
    private final InetSocketAddress address;
    private final IntSupplier numbers;
    private final Supplier<PeerPlan> plans;
    private final List<Peer> peers = new ArrayList<>();
    private ListenQueue queue;

    /**
     * Creates a server that is not started.
     *
     * @param numbers supplies the numbers of the connections
     * @param plans supplies the plans of the connections
     */
    public PeerServer(Simulation simulation, SimulatedNetwork network, InetSocketAddress address, IntSupplier numbers,
            Supplier<PeerPlan> plans) {
        this.simulation = simulation;
        this.network = network;
        this.address = address;
        this.numbers = numbers;
        this.plans = plans;
    }

    /** Starts to listen. Does nothing if the server is running. */
    public void start() {
        if (queue != null) {
            return;
        }
        try {
            queue = network.listen(address, BACKLOG);
        } catch (BindException failure) {
            throw new IllegalStateException(failure);
        }
        queue.onChange(this::accept);
        simulation.trace("server " + address + " starts");
    }

    /** Stops listening, and resets the connections if {@code killing}. */
    public void stop(boolean killing) {
        if (queue != null) {
            queue.close();
            queue = null;
        }
        simulation.trace("server " + address + " stops");
        if (killing) {
            peers.forEach(Peer::kill);
        }
    }

    private void accept() {
        for (Endpoint connection = queue.poll(); connection != null; connection = queue.poll()) {
            Peer peer = new Peer(simulation, numbers.getAsInt(), plans.get(), connection);
            peers.add(peer);
            simulation.trace("  " + address + " accepts as " + peer);
            simulation.after(0, peer, peer::act);
        }
    }

    /** Returns whether the server listens. */
    public boolean isRunning() {
        return queue != null;
    }

    /** Returns the address of the server. */
    public InetSocketAddress address() {
        return address;
    }

    /** Returns all connections accepted so far. */
    public List<Peer> peers() {
        return List.copyOf(peers);
    }
}

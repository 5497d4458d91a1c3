package io.apexproxy.runtime.engine.sim.world;

import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;

/** A listening socket of the simulated kernel, with its queue of connections that are not accepted yet. */
public final class ListenQueue {

    private static final Runnable NOTHING = () -> {};

    private final SimulatedNetwork network;
    private final SocketAddress address;
    private final int backlog;
    private final BooleanSupplier sharesPort;
    private final ArrayDeque<Endpoint> queued = new ArrayDeque<>();
    private Runnable onChange = NOTHING;

    ListenQueue(SimulatedNetwork network, SocketAddress address, int backlog, BooleanSupplier sharesPort) {
        this.network = network;
        this.address = address;
        this.backlog = backlog;
        this.sharesPort = sharesPort;
    }

    /** Returns the address, with the assigned port if port 0 was requested. */
    public SocketAddress address() {
        return address;
    }

    boolean sharesPort() {
        return sharesPort.getAsBoolean();
    }

    /** Sets the callback for queued connections. */
    public void onChange(Runnable task) {
        onChange = task;
    }

    boolean isFull() {
        return queued.size() >= backlog;
    }

    void add(Endpoint connection) {
        queued.add(connection);
        onChange.run();
    }

    /** Returns the number of queued connections. */
    public int size() {
        return queued.size();
    }

    /** Removes and returns the connection that was queued first; null if the queue is empty. */
    public Endpoint poll() {
        return queued.poll();
    }

    /** Stops listening and resets the queued connections. */
    public void close() {
        network.unbind(this);
        queued.forEach(Endpoint::reset);
        queued.clear();
        onChange = NOTHING;
    }

    @Override
    public String toString() {
        return "listener " + address;
    }
}

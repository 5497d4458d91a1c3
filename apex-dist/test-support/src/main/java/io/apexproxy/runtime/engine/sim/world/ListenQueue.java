package io.apexproxy.runtime.engine.sim.world;

import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;

/** A listening socket: the connections that the kernel has completed and no accept has taken yet. */
public final class ListenQueue {

    private static final Runnable NOTHING = () -> { };

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

    /** Returns the address, with the port that was found where 0 was asked for. */
    public SocketAddress address() {
        return address;
    }

    boolean sharesPort() {
        return sharesPort.getAsBoolean();
    }

    /** Sets what is called when a connection was queued. */
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

    /** Returns how many connections are queued. */
    public int size() {
        return queued.size();
    }

    /** Returns the connection that has waited longest; null if there is none. */
    public Endpoint poll() {
        return queued.poll();
    }

    /** Stops listening and resets what is queued. */
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

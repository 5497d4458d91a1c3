package io.apexproxy.api.testkit;

import io.apexproxy.api.Backend;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A backend whose weight and connections are set by the test. Like the runtime's backends, it uses identity equality.
 */
public final class FakeBackend implements Backend {

    private static final int SOME_PORT = 9000;

    private final String name;
    private final SocketAddress address;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile int weight;
    private volatile byte[] preamble = {};

    private FakeBackend(String name, SocketAddress address, int weight) {
        this.name = name;
        this.address = address;
        this.weight = weight;
    }

    /** Creates a backend of weight 1 with an arbitrary address. */
    public static FakeBackend of(String name) {
        return of(name, 1);
    }

    /** Creates a backend with an arbitrary address. */
    public static FakeBackend of(String name, int weight) {
        return new FakeBackend(name, new InetSocketAddress(InetAddress.getLoopbackAddress(), SOME_PORT), weight);
    }

    /** Creates a backend of weight 1 whose name is its address. */
    public static FakeBackend at(SocketAddress address) {
        return new FakeBackend(address.toString(), address, 1);
    }

    /** Sets the weight, as a reload does. */
    public void weight(int changed) {
        weight = changed;
    }

    /** Sets the bytes that a probe sends first. */
    public void preamble(byte[] bytes) {
        preamble = bytes.clone();
    }

    @Override
    public byte[] preamble(SocketAddress local) {
        return preamble.clone();
    }

    /** Adds an open connection. */
    public void open() {
        connections.incrementAndGet();
    }

    /** Sets the number of connections. */
    public void connections(int count) {
        connections.set(count);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public int weight() {
        return weight;
    }

    @Override
    public int activeConnections() {
        return connections.get();
    }

    @Override
    public String toString() {
        return name;
    }
}

package io.apexproxy.runtime.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.TurnObserver;
import io.apexproxy.runtime.engine.sim.world.Endpoint;
import io.apexproxy.runtime.engine.sim.world.ListenQueue;
import io.apexproxy.runtime.engine.sim.world.NetworkProfile;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork;
import io.apexproxy.runtime.engine.sim.world.Simulation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/** A simulated process with one loop on a random network, and operations on it for the contract tests. */
final class Net {

    private static final int MOST_STEPS = 1_000_000;

    final Simulation simulation;
    final SimulatedProcess process;
    final SimulatedNetwork network;
    final SimulatedEngine engine;
    final SimulatedLoop loop;

    Net(long seed) {
        this(new Simulation(seed, false));
    }

    private Net(Simulation simulation) {
        this(simulation, NetworkProfile.any(simulation.random()));
    }

    Net(Simulation simulation, NetworkProfile profile) {
        this.simulation = simulation;
        process = new SimulatedProcess(simulation);
        network = new SimulatedNetwork(simulation, profile);
        engine = new SimulatedEngine(process, network, true);
        loop = (SimulatedLoop) engine.openLoop(Thread::new, TurnObserver.NONE);
    }

    static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    LoopSocketChannel open() throws IOException {
        return loop.openSocket(address(0));
    }

    LoopServerSocketChannel server() throws IOException {
        return loop.openServer(address(0));
    }

    LoopServerSocketChannel boundServer() throws IOException {
        return (LoopServerSocketChannel) server().bind(address(0));
    }

    <V> Completion<V> completion() {
        return new Completion<>(loop);
    }

    /** Connects a peer; returns its endpoint. */
    Endpoint connectTo(LoopServerSocketChannel server) throws IOException {
        Endpoint client = network.open();
        network.connect(client, server.getLocalAddress());
        return client;
    }

    /** Returns a channel and the peer that it is connected to. */
    Pair connected() throws IOException {
        ListenQueue listening = network.listen(address(0), 1);
        LoopSocketChannel channel = open();
        Completion<Void> connect = completion();
        channel.connect(listening.address(), null, connect);
        runAllEvents();
        connect.result();
        Endpoint peer = listening.poll();
        listening.close();
        return new Pair(channel, peer);
    }

    /** Runs the simulation until no event is left. */
    void runAllEvents() {
        for (int steps = 0; simulation.step(); steps++) {
            assertThat(steps).as("steps without an end").isLessThan(MOST_STEPS);
        }
    }

    void runUntil(BooleanSupplier condition) {
        for (int steps = 0; !condition.getAsBoolean(); steps++) {
            assertThat(simulation.step()).as("an event is left").isTrue();
            assertThat(steps).as("steps without an end").isLessThan(MOST_STEPS);
        }
    }

    /** Runs a task on the loop, and then all events. */
    void runOnLoop(Action task) {
        loop.execute(() -> {
            try {
                task.run();
            } catch (IOException failure) {
                throw new AssertionError(failure);
            }
        });
        runAllEvents();
    }

    /** Writes until the buffers are full; returns the pending write. */
    Completion<Integer> fill(LoopSocketChannel channel) {
        while (true) {
            Completion<Integer> write = completion();
            channel.write(ByteBuffer.allocate(10_000), null, write);
            runAllEvents();
            if (!write.isDone()) {
                return write;
            }
            write.result();
        }
    }

    /** Reads from the peer to the end of the stream; returns the bytes. */
    byte[] readAll(Endpoint peer) throws IOException {
        var all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        int count = 0;
        while (count >= 0) {
            runAllEvents();
            count = peer.read(buffer.clear());
            if (count == 0) {
                runAllEvents();
                assertThat(peer.isReadable()).as("the peer is readable").isTrue();
            }
            all.write(buffer.array(), 0, buffer.position());
        }
        return all.toByteArray();
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    static String text(ByteBuffer read) {
        return StandardCharsets.US_ASCII.decode(read.flip()).toString();
    }

    record Pair(LoopSocketChannel channel, Endpoint peer) {
    }

    interface Action {
        void run() throws IOException;
    }
}

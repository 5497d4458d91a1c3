package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.TurnObserver;
import io.apexproxy.runtime.engine.sim.world.Endpoint;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork;
import io.apexproxy.runtime.engine.sim.world.Simulation;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;

/**
 * An event loop in virtual time. A turn is one event of the simulation: it dispatches ready channels, frees
 * descriptors, and runs timers and tasks, in the order of the contract.
 */
public final class SimulatedLoop implements Loop {

    /** Longest duration of an event or task. */
    private static final int LONGEST_WORK_NANOS = 5_000;

    private final SimulatedProcess process;
    private final SimulatedNetwork network;
    private final Simulation simulation;
    private final TurnObserver turns;
    private final LoopChannels channels;
    private final HandlerCalls handlers;
    private final LoopTasks tasks = new LoopTasks();
    private final TurnPlan plan;
    private final SimulatedTimers timers;
    private long now;
    private boolean started;
    private long received;
    private boolean shutdown;
    private boolean ended;

    SimulatedLoop(int index, SimulatedProcess process, SimulatedNetwork network, TurnObserver turns) {
        this.process = process;
        this.network = network;
        this.simulation = process.simulation();
        this.turns = turns;
        this.channels = new LoopChannels(simulation, this::work);
        this.plan = new TurnPlan(process, "loop " + index, this::turn);
        this.handlers = new HandlerCalls(process);
        this.timers = new SimulatedTimers(simulation.random());
    }

    @Override
    public LoopServerSocketChannel openServer(SocketAddress address) throws IOException {
        openDescriptor();
        return channels.add(new SimulatedServerSocketChannel(this, network));
    }

    @Override
    public LoopSocketChannel openSocket(SocketAddress address) throws IOException {
        openDescriptor();
        return adopt(address);
    }

    @Override
    public Reserve reserve(SocketAddress address) throws IOException {
        openDescriptor();
        return new SimulatedReserve(this, address);
    }

    /** Opens a channel with a descriptor that was opened before. */
    LoopSocketChannel adopt(SocketAddress address) {
        return channels.add(SimulatedSocketChannel.unconnected(this, network, address));
    }

    /** Opens a channel for an accepted connection, with a descriptor that was opened before. */
    SimulatedSocketChannel adopt(Endpoint accepted) {
        return channels.add(SimulatedSocketChannel.accepted(this, network, accepted));
    }

    private void openDescriptor() throws IOException {
        if (shutdown) {
            throw new ShutdownChannelGroupException();
        }
        process.openDescriptor();
    }

    boolean isShutdown() {
        return shutdown;
    }

    SimulatedProcess process() {
        return process;
    }

    @Override
    public void execute(Runnable task) {
        if (!offer(task)) {
            throw new RejectedExecutionException("the loop has ended");
        }
    }

    /** Runs a task in one of the next turns; returns false if the loop has ended. */
    boolean offer(Runnable task) {
        if (ended) {
            return false;
        }
        tasks.add(task, inLoop());
        wake();
        return true;
    }

    /** Defers a task to the next turn. On the loop's thread only. */
    void defer(Runnable task) {
        tasks.defer(task);
        wake();
    }

    @Override
    public void schedule(Runnable task, long delayMillis) {
        Objects.requireNonNull(task, "task");
        if (delayMillis < 0) {
            throw new IllegalArgumentException("delayMillis: expected 0 or more, found " + delayMillis);
        }
        if (ended) {
            throw new RejectedExecutionException("the loop has ended");
        }
        timers.add(simulation.elapsedNanos(), delayMillis, task);
        plan.wakeAt(timers.first());
    }

    @Override
    public boolean inLoop() {
        return process.current() == this;
    }

    @Override
    public long nanoTime() {
        if (started && !inLoop()) {
            throw new IllegalStateException("nanoTime() on another thread than the loop's");
        }
        return started ? now : simulation.nanoTime();
    }

    @Override
    public long readNanoTime() {
        return nanoTime();
    }

    /** Returns the number of waiting timers. */
    public int timers() {
        return timers.size();
    }

    /** Returns the number of channels whose descriptor is open. */
    public int channels() {
        return channels.size();
    }

    /** Returns whether the loop has ended. */
    public boolean hasEnded() {
        return ended;
    }

    @Override
    public void close() {
        if (!shutdown) {
            shutdown = true;
            channels.closeAll();
            wake();
        }
    }

    /** Deregisters a channel that has just been closed. */
    void release(SimulatedChannel channel) {
        if (inLoop()) {
            deregister(channel);
        } else if (!offer(() -> deregister(channel))) {
            throw new IllegalStateException("a channel outlived its loop");
        }
    }

    private void deregister(SimulatedChannel channel) {
        channels.markClosed(channel);
        wake();
        channel.failPending();
    }

    /** Queues a channel for the next dispatch if it is ready. */
    void markReady(SimulatedChannel channel) {
        if (channel.isReady()) {
            channels.markReady(channel);
            wake();
        }
    }

    private void wake() {
        if (!ended) {
            plan.wake();
        }
    }

    /** Runs one turn now, on the loop's thread. */
    void turn() {
        SimulatedLoop caller = process.current();
        process.current(this);
        plan.begin();
        started = true;
        now = simulation.nanoTime();
        long turnStart = now;
        received = 0;
        int closed = channels.closed();
        int attempts = tasks.deferred();
        channels.dispatch();
        channels.free(closed);
        timers.takeDue(simulation.elapsedNanos()).forEach(this::run);
        tasks.run(attempts, this::run);
        now = simulation.nanoTime();
        turns.turnEnded(now - turnStart, received);
        process.current(caller);
        planNext();
    }

    private void planNext() {
        if (!tasks.isEmpty() || channels.hasWork()) {
            wake();
        } else if (shutdown && channels.size() == 0) {
            ended = true;
            timers.clear();
        } else if (timers.size() > 0) {
            plan.wakeAt(timers.first());
        }
    }

    private void work() {
        simulation.elapse(simulation.random().nextInt(LONGEST_WORK_NANOS));
        now = simulation.nanoTime();
    }

    private void run(Runnable task) {
        work();
        handlers.call(task);
    }

    void received(int bytes) {
        received += bytes;
    }

    HandlerCalls handlers() {
        return handlers;
    }
}

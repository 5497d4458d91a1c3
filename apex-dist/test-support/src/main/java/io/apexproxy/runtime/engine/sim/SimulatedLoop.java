package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.TurnObserver;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/**
 * An event loop in virtual time. A turn is one event of the simulation: it dispatches ready channels, frees
 * descriptors, and runs timers and tasks, in the order of the contract.
 */
public final class SimulatedLoop implements Loop {

    /** The longest that one dispatched event or task keeps the processor. */
    private static final int LONGEST_WORK_NANOS = 5_000;

    private final int index;
    private final SimulatedProcess process;
    private final SimulatedNetwork network;
    private final Simulation simulation;
    private final TurnObserver turns;
    private final Set<SimulatedChannel> channels = new LinkedHashSet<>();
    private final ReadyChannels ready;
    private final HandlerCalls handlers;
    private final ArrayDeque<SimulatedChannel> closing = new ArrayDeque<>();
    private final LoopTasks tasks = new LoopTasks();
    private final TurnPlan plan;
    private final SimulatedTimers timers;
    private long now;
    private boolean started;
    private long received;
    private boolean shutdown;
    private boolean ended;

    SimulatedLoop(int index, SimulatedProcess process, SimulatedNetwork network, TurnObserver turns) {
        this.index = index;
        this.process = process;
        this.network = network;
        this.simulation = process.simulation();
        this.turns = turns;
        this.ready = new ReadyChannels(simulation, this::work);
        this.plan = new TurnPlan(process, this, this::turn);
        this.handlers = new HandlerCalls(process);
        this.timers = new SimulatedTimers(simulation.random());
    }

    @Override
    public LoopServerSocketChannel openServer(SocketAddress address) throws IOException {
        requireRunning();
        process.openDescriptor();
        return register(new SimulatedServerSocketChannel(this, network));
    }

    @Override
    public LoopSocketChannel openSocket(SocketAddress address) throws IOException {
        requireRunning();
        process.openDescriptor();
        return adopt(address);
    }

    @Override
    public Reserve reserve(SocketAddress address) throws IOException {
        requireRunning();
        process.openDescriptor();
        return new SimulatedReserve(this, address);
    }

    /** Makes a channel of a descriptor that was opened before. */
    LoopSocketChannel adopt(SocketAddress address) {
        return register(SimulatedSocketChannel.unconnected(this, network, address));
    }

    /** Makes a channel of a connection; the descriptor was opened before. */
    SimulatedSocketChannel adopt(Endpoint accepted) {
        return register(SimulatedSocketChannel.accepted(this, network, accepted));
    }

    private <C extends SimulatedChannel> C register(C channel) {
        channels.add(channel);
        return channel;
    }

    private void requireRunning() {
        if (shutdown) {
            throw new ShutdownChannelGroupException();
        }
    }

    boolean isShutdown() {
        return shutdown;
    }

    SimulatedProcess process() {
        return process;
    }

    Simulation simulation() {
        return simulation;
    }

    @Override
    public void execute(Runnable task) {
        if (task == null) {
            throw new NullPointerException("task");
        }
        if (!offer(task)) {
            throw new RejectedExecutionException("the loop has ended");
        }
    }

    /** Runs a task in one of the next turns; returns false if the loop has ended. */
    boolean offer(Runnable task) {
        if (ended) {
            return false;
        }
        if (inLoop()) {
            tasks.defer(task);
        } else {
            tasks.submit(task);
        }
        wake();
        return true;
    }

    /** Runs something in the next turn. On the loop's thread only. */
    void defer(Runnable task) {
        tasks.defer(task);
        wake();
    }

    @Override
    public void schedule(Runnable task, long delayMillis) {
        if (task == null) {
            throw new NullPointerException("task");
        }
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
        if (!started) {
            return simulation.nanoTime();
        }
        if (!inLoop()) {
            throw new IllegalStateException("nanoTime() on another thread than the loop's");
        }
        return now;
    }

    /** Returns how many tasks wait for their time. */
    public int timers() {
        return timers.size();
    }

    /** Returns how many channels are open, or closed and not freed. */
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
            List.copyOf(channels).forEach(SimulatedChannel::startClosing);
            wake();
        }
    }

    /** Takes a channel that was closed just now out of the loop. */
    void release(SimulatedChannel channel) {
        if (inLoop()) {
            deregister(channel);
        } else if (!offer(() -> deregister(channel))) {
            throw new IllegalStateException("a channel outlived its loop");
        }
    }

    private void deregister(SimulatedChannel channel) {
        closing.add(channel);
        wake();
        channel.failPending();
    }

    /** The channel may be ready; asked again when it is dispatched. */
    void markReady(SimulatedChannel channel) {
        if (channel.isReady()) {
            ready.add(channel);
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
        long started = now;
        received = 0;
        int closed = closing.size();
        int attempts = tasks.deferred();
        ready.dispatch();
        for (int left = closed; left > 0; left--) {
            SimulatedChannel channel = closing.remove();
            channels.remove(channel);
            ready.remove(channel);
            channel.free();
        }
        timers.takeDue(simulation.elapsedNanos()).forEach(this::run);
        tasks.run(attempts, this::run);
        now = simulation.nanoTime();
        turns.turnEnded(now - started, received);
        process.current(caller);
        planNext();
    }

    private void planNext() {
        boolean work = !tasks.isEmpty() || !closing.isEmpty() || !ready.isEmpty();
        if (work) {
            wake();
        } else if (shutdown && channels.isEmpty()) {
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

    @Override
    public String toString() {
        return "loop " + index;
    }
}

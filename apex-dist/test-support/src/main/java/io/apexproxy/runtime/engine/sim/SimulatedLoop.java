package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.TurnObserver;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/**
 * An event loop in virtual time. A turn is one event of the simulation: it dispatches ready channels, frees descriptors,
 * and runs timers and tasks, in the order of the contract.
 */
public final class SimulatedLoop implements Loop {

    /** Handlers within handlers, as in {@code engine.select}. */
    private static final int DEEPEST = 8;
    private static final int TASKS_PER_TURN = 256;
    /** The longest that one dispatched event or task keeps the processor. */
    private static final int LONGEST_WORK_NANOS = 5_000;
    /** The longest that a thread waits for a processor after it was woken. */
    private static final int LATEST_WAKE_NANOS = 50_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final int index;
    private final SimulatedProcess process;
    private final SimulatedNetwork network;
    private final Simulation simulation;
    private final TurnObserver turns;
    private final Set<SimulatedChannel> channels = new LinkedHashSet<>();
    private final Set<SimulatedChannel> ready = new LinkedHashSet<>();
    private final ArrayDeque<SimulatedChannel> closing = new ArrayDeque<>();
    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
    private final ArrayDeque<Runnable> submitted = new ArrayDeque<>();
    private final SimulatedTimers timers;
    private long now;
    private boolean started;
    private long received;
    private long turnAt = NEVER;
    private int depth;
    private boolean shutdown;
    private boolean ended;

    SimulatedLoop(int index, SimulatedProcess process, SimulatedNetwork network, TurnObserver turns) {
        this.index = index;
        this.process = process;
        this.network = network;
        this.simulation = process.simulation();
        this.turns = turns;
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
        (inLoop() ? deferred : submitted).add(task);
        wake();
        return true;
    }

    /** Runs something in the next turn. On the loop's thread only. */
    void defer(Runnable task) {
        deferred.add(task);
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
        wakeAt(timers.first());
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
        wakeAt(simulation.elapsedNanos());
    }

    private void wakeAt(long time) {
        if (time < turnAt && !ended) {
            turnAt = time;
            long delay = Math.max(0, time - simulation.elapsedNanos())
                    + simulation.random().nextInt(LATEST_WAKE_NANOS);
            process.after(delay, this, () -> turnIfPlanned(time));
        }
    }

    private void turnIfPlanned(long time) {
        if (turnAt == time) {
            turn();
        }
    }

    /** Runs one turn now, on the loop's thread. */
    void turn() {
        SimulatedLoop caller = process.current();
        process.current(this);
        turnAt = NEVER;
        started = true;
        now = simulation.nanoTime();
        long started = now;
        received = 0;
        int closed = closing.size();
        int attempts = deferred.size();
        dispatch();
        for (int left = closed; left > 0; left--) {
            SimulatedChannel channel = closing.remove();
            channels.remove(channel);
            ready.remove(channel);
            channel.free();
        }
        timers.takeDue(simulation.elapsedNanos()).forEach(this::run);
        for (int left = attempts; left > 0; left--) {
            run(deferred.remove());
        }
        for (int left = Math.min(submitted.size(), TASKS_PER_TURN); left > 0; left--) {
            run(submitted.remove());
        }
        now = simulation.nanoTime();
        turns.turnEnded(now - started, received);
        process.current(caller);
        planNext();
    }

    private void planNext() {
        boolean work = !deferred.isEmpty() || !submitted.isEmpty() || !closing.isEmpty() || !ready.isEmpty();
        if (work) {
            wake();
        } else if (shutdown && channels.isEmpty()) {
            ended = true;
            timers.clear();
        } else if (timers.size() > 0) {
            wakeAt(timers.first());
        }
    }

    private void dispatch() {
        List<SimulatedChannel> found = new ArrayList<>(ready);
        ready.clear();
        for (int left = found.size(); left > 0; left--) {
            // each in a place that the seed decides, as the kernel reports them in no particular order
            int place = simulation.random().nextInt(left);
            SimulatedChannel channel = found.get(place);
            found.set(place, found.get(left - 1));
            if (channel.isReady()) {
                work();
                channel.dispatch();
                if (channel.isReady()) {
                    ready.add(channel);
                }
            }
        }
    }

    private void work() {
        simulation.elapse(simulation.random().nextInt(LONGEST_WORK_NANOS));
        now = simulation.nanoTime();
    }

    private void run(Runnable task) {
        work();
        try {
            task.run();
        } catch (Throwable thrown) {
            process.escaped(thrown);
        }
    }

    void received(int bytes) {
        received += bytes;
    }

    /** Returns whether an operation completes within the call that began it: if it may, the seed decides. */
    boolean nests() {
        return depth < DEEPEST && !simulation.oneIn(4);
    }

    <V> void completed(CompletionHandler<V, Object> handler, V result, Object attachment) {
        call(() -> handler.completed(result, attachment));
    }

    <V> void failed(CompletionHandler<V, Object> handler, Throwable cause, Object attachment) {
        call(() -> handler.failed(cause, attachment));
    }

    private void call(Runnable handler) {
        depth++;
        try {
            handler.run();
        } catch (Throwable thrown) {
            process.escaped(thrown);
        } finally {
            depth--;
        }
    }

    @Override
    public String toString() {
        return "loop " + index;
    }
}

package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.sim.world.Simulation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The process under test, with its threads, its descriptors and the exceptions of its handlers. */
public final class SimulatedProcess {

    private final Simulation simulation;
    private final List<Throwable> escaped = new ArrayList<>();
    private int descriptorLimit = Integer.MAX_VALUE;
    private int openDescriptors;
    private long resumesAt;
    private int localPortFailures;
    private Throwable nextAcceptFailure;
    private SimulatedLoop current;

    /** Creates a process without threads and with an unlimited number of descriptors. */
    public SimulatedProcess(Simulation simulation) {
        this.simulation = simulation;
    }

    Simulation simulation() {
        return simulation;
    }

    /**
     * Adds an event of a thread of the process. The event is delayed while the process is suspended.
     *
     * @param delayNanos nanoseconds, 0 or more
     * @param what names the event in the trace
     */
    void after(long delayNanos, Object what, Runnable task) {
        simulation.afterInProcess(delayNanos, what, () -> runUnlessSuspended(what, task));
    }

    private void runUnlessSuspended(Object what, Runnable task) {
        long left = resumesAt - simulation.elapsedNanos();
        if (left > 0) {
            after(left, what, task);
        } else {
            task.run();
        }
    }

    /** Suspends all threads for this time in nanoseconds, like SIGSTOP. Peers and network continue. */
    public void suspend(long nanos) {
        resumesAt = Math.max(resumesAt, simulation.elapsedNanos() + nanos);
        simulation.trace("process: suspended");
    }

    /** Returns the end of the last suspension, in nanoseconds of the simulation; 0 if there was none. */
    public long resumesAt() {
        return resumesAt;
    }

    /** Sets the limit of open descriptors. */
    public void limitDescriptors(int limit) {
        descriptorLimit = limit;
    }

    /** Returns the number of open descriptors. */
    public int openDescriptors() {
        return openDescriptors;
    }

    /** Opens a descriptor. */
    void openDescriptor() throws IOException {
        if (openDescriptors >= descriptorLimit) {
            throw new IOException("Too many open files");
        }
        openDescriptors++;
    }

    void closeDescriptor() {
        openDescriptors--;
        if (openDescriptors < 0) {
            throw new IllegalStateException("a descriptor was closed twice");
        }
    }

    /** Makes this number of connects fail because no local port is free. */
    public void failConnectsLocally(int connects) {
        localPortFailures = connects;
    }

    boolean takeLocalPortFailure() {
        if (localPortFailures == 0) {
            return false;
        }
        localPortFailures--;
        return true;
    }

    /** Makes the next accept fail, except for accepts of a closing channel. The connection stays in the queue. */
    public void failNextAccept(Throwable failure) {
        nextAcceptFailure = failure;
    }

    /** Returns the failure for the next accept and removes it; null if there is none. */
    Throwable takeAcceptFailure() {
        Throwable failure = nextAcceptFailure;
        nextAcceptFailure = null;
        return failure;
    }

    /** Returns the exceptions of handlers, tasks and timers. The loops continue after them. */
    public List<Throwable> escaped() {
        return List.copyOf(escaped);
    }

    void escaped(Throwable thrown) {
        escaped.add(thrown);
        simulation.trace("process: a handler threw " + thrown);
    }

    /** Returns the loop whose thread is running; null if another thread is running. */
    SimulatedLoop current() {
        return current;
    }

    void current(SimulatedLoop loop) {
        current = loop;
    }
}

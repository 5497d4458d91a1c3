package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.sim.world.Simulation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The process under test: its threads in virtual time, its descriptors, and what its handlers threw. */
public final class SimulatedProcess {

    private final Simulation simulation;
    private final List<Throwable> escaped = new ArrayList<>();
    private int descriptorLimit = Integer.MAX_VALUE;
    private int openDescriptors;
    private long resumesAt;
    private int localPortFailures;
    private Throwable nextAcceptFailure;
    private SimulatedLoop current;

    /** Creates a process without threads and without a limit of descriptors. */
    public SimulatedProcess(Simulation simulation) {
        this.simulation = simulation;
    }

    Simulation simulation() {
        return simulation;
    }

    /**
     * Adds an event of one of the process's threads. It is late if the process is suspended when it is due.
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

    /**
     * Suspends all threads, as SIGSTOP does. The world goes on.
     *
     * @param nanos nanoseconds from now until the process resumes
     */
    public void suspend(long nanos) {
        resumesAt = Math.max(resumesAt, simulation.elapsedNanos() + nanos);
        simulation.trace("process: suspended");
    }

    /** Returns when the last suspension ends or has ended, in nanoseconds of the simulation; 0: there was none. */
    public long resumesAt() {
        return resumesAt;
    }

    /** Sets how many descriptors may be open. */
    public void limitDescriptors(int limit) {
        descriptorLimit = limit;
    }

    /** Returns how many descriptors are open. */
    public int openDescriptors() {
        return openDescriptors;
    }

    /** Claims a descriptor. */
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

    /** Makes the next connects fail because no local port is free. */
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

    /** Makes the next accept fail, those of a closing channel excepted; the connection stays in the queue. */
    public void failNextAccept(Throwable failure) {
        nextAcceptFailure = failure;
    }

    /** Returns the failure that the next accept has to throw, once; null if there is none. */
    Throwable takeAcceptFailure() {
        Throwable failure = nextAcceptFailure;
        nextAcceptFailure = null;
        return failure;
    }

    /** Returns what handlers, tasks and timers threw. The loops went on. */
    public List<Throwable> escaped() {
        return List.copyOf(escaped);
    }

    void escaped(Throwable thrown) {
        escaped.add(thrown);
        simulation.trace("process: a handler threw " + thrown);
    }

    /** Returns the loop whose thread is running now; null: another thread. */
    SimulatedLoop current() {
        return current;
    }

    void current(SimulatedLoop loop) {
        current = loop;
    }
}

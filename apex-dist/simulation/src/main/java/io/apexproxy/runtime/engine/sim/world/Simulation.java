package io.apexproxy.runtime.engine.sim.world;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * The virtual clock, the queue of events and the source of random numbers.
 *
 * <p>The seed decides the order of events with equal times. All times are nanoseconds.
 */
public final class Simulation {

    private static final Comparator<Event> ORDER =
            Comparator.comparingLong(Event::time).thenComparingInt(Event::tie).thenComparingLong(Event::sequence);

    /** Duration of a system call. Network events in this time can run before the call returns. */
    private static final long SYSTEM_CALL_NANOS = 2_000;

    /** Longest time to the overflow of the clock at the start, in simulations that reach the overflow. */
    private static final long NEAR_OVERFLOW_NANOS = 5_000_000_000L;

    private final PriorityQueue<Event> events = new PriorityQueue<>(ORDER);
    private final SplittableRandom random;
    private final long origin;
    private final List<String> trace = new ArrayList<>();
    private final boolean traced;
    private long now;
    private long sequence;
    private long steps;

    /**
     * Creates a simulation without events.
     *
     * @param seed determines everything that happens
     * @param traced whether {@link #trace()} is kept
     */
    public Simulation(long seed, boolean traced) {
        this.random = new SplittableRandom(seed);
        this.traced = traced;
        // like System.nanoTime, the clock has an arbitrary origin; one simulation in four reaches the overflow soon
        this.origin = random.nextInt(4) == 0
                ? Long.MAX_VALUE - random.nextLong(NEAR_OVERFLOW_NANOS) : random.nextLong();
    }

    /** Returns the source of all random decisions. */
    public SplittableRandom random() {
        return random;
    }

    /** Returns true with a probability of one in {@code n}, 1 or more. */
    public boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    /** Returns the virtual time like {@link System#nanoTime}: from an arbitrary origin, possibly overflowing. */
    public long nanoTime() {
        return origin + now;
    }

    /** Returns the virtual time since the start. */
    public long elapsedNanos() {
        return now;
    }

    /** Returns the number of events that have run. */
    public long steps() {
        return steps;
    }

    /**
     * Adds an event of the network or of a peer.
     *
     * @param delayNanos 0 or more
     * @param what names the event in the trace
     */
    public void after(long delayNanos, Object what, Runnable task) {
        add(delayNanos, true, what, task);
    }

    /** Adds an event of the process. Events of the process never interrupt each other. */
    public void afterInProcess(long delayNanos, Object what, Runnable task) {
        add(delayNanos, false, what, task);
    }

    private void add(long delayNanos, boolean world, Object what, Runnable task) {
        if (delayNanos < 0) {
            throw new IllegalArgumentException("delayNanos: expected 0 or more, found " + delayNanos);
        }
        events.add(new Event(now + delayNanos, random.nextInt(), sequence++, world, what, task));
    }

    /** Runs the next event; returns false if there is none. */
    public boolean step() {
        Event next = events.poll();
        if (next == null) {
            return false;
        }
        run(next);
        return true;
    }

    private void run(Event event) {
        now = Math.max(now, event.time);
        steps++;
        if (traced) {
            trace(event.what + "");
        }
        event.task.run();
    }

    /** Advances the clock while the process computes. */
    public void elapse(long nanos) {
        now += nanos;
    }

    /**
     * Runs events of network and peers that are due during a system call of the process; the seed decides how many.
     * These events change the state of the network and never call the process.
     */
    public void systemCall() {
        while (!events.isEmpty() && events.peek().world && events.peek().time <= now + SYSTEM_CALL_NANOS && oneIn(2)) {
            run(events.poll());
        }
    }

    /** Returns whether {@link #trace()} is kept, so that callers can skip expensive texts. */
    public boolean isTraced() {
        return traced;
    }

    /** Adds a line to the trace, with the time. Does nothing if no trace is kept. */
    public void trace(String line) {
        if (traced) {
            trace.add(String.format("%14.6f ms  %s", now / 1e6, line));
        }
    }

    /** Returns the lines of the trace so far. */
    public List<String> trace() {
        return List.copyOf(trace);
    }

    private record Event(long time, int tie, long sequence, boolean world, Object what, Runnable task) {
    }
}

package io.apexproxy.runtime.pool.rotation;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The backends of a rotation that are in their slow start, and a picker over the others.
 *
 * <p>The picker of the rotation chooses among all backends. If it picks one in its slow start, {@link #admits} decides
 * by the share that the backend has had so far, and the second picker replaces a refused pick. So the share rises with
 * every balancer, also with one that prefers backends with few connections. Thread-safe.
 */
public final class SlowStart {

    private final List<BackendState> settled;
    private final BackendPicker picker;
    private final Map<BackendState, Ramp> ramps;
    private final LongSupplier nanoTime;
    /** The number of picks by all loops. */
    private final AtomicLong picks;

    private SlowStart(List<BackendState> settled, BackendPicker picker, Map<BackendState, Ramp> ramps,
            LongSupplier nanoTime, AtomicLong picks) {
        this.settled = settled;
        this.picker = picker;
        this.ramps = ramps;
        this.nanoTime = nanoTime;
        this.picks = picks;
    }

    /**
     * Creates a slow start whose picker is round-robin.
     *
     * @param settled the backends of the rotation that are not in their slow start, at least one
     * @param ramps the other backends of the rotation
     * @param nanoTime the clock
     */
    SlowStart(List<BackendState> settled, Map<BackendState, Ramp> ramps, LongSupplier nanoTime) {
        this(settled, new FallbackRoundRobin(settled), ramps, nanoTime, new AtomicLong());
    }

    SlowStart withPicker(BackendPicker other) {
        return new SlowStart(settled, other, ramps, nanoTime, picks);
    }

    /** Returns this slow start for a balancer that ignores it: all backends have their full share. */
    SlowStart ignored() {
        return new SlowStart(settled, picker, Map.of(), nanoTime, picks);
    }

    private boolean isIgnored() {
        return ramps.isEmpty();
    }

    /** Returns this slow start as a balancer has left an earlier one: with its picker, or ignored. */
    SlowStart like(SlowStart earlier) {
        SlowStart same = withPicker(earlier.picker);
        return earlier.isIgnored() ? same.ignored() : same;
    }

    /** Returns the backends that are not in their slow start. */
    public List<BackendState> settled() {
        return settled;
    }

    /** Returns the picker over the backends that are not in their slow start. */
    public BackendPicker picker() {
        return picker;
    }

    /** Returns the time until the slow start of a backend ends, in nanoseconds; 0 if it is not in one. */
    public long nanosLeft(BackendState backend) {
        Ramp ramp = ramps.get(backend);
        return ramp == null ? 0 : ramp.nanosLeft(nanoTime.getAsLong());
    }

    /** Counts a pick, and returns whether the connection may be given to the picked backend. */
    public boolean admits(Backend picked) {
        long count = picks.incrementAndGet();
        Ramp ramp = ramps.get(picked);
        return ramp == null || ramp.admits(count, nanoTime.getAsLong());
    }
}

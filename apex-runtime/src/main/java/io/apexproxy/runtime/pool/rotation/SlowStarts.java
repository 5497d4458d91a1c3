package io.apexproxy.runtime.pool.rotation;

import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The slow starts of one pool: which backends are in it, and since when.
 *
 * <p>A backend that joins others in the rotation begins a slow start. It does not begin one at the start of the pool,
 * after an outage of all others, or if the pool ignores health. Used on the control thread.
 */
final class SlowStarts {

    private final LongSupplier nanoTime;
    private final Map<BackendState, Long> starts = new HashMap<>();
    private long durationNanos;

    /** Creates the slow starts of a pool; {@code nanoTime} is the clock. */
    SlowStarts(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Changes the duration, also of slow starts in progress; 0: none. */
    void setDuration(long nanos) {
        durationNanos = nanos;
    }

    /**
     * Returns the slow start of the next rotation; empty if none of its backends is in one.
     *
     * @param before the backends of the current rotation
     * @param next the backends of the next rotation
     * @param ignoresHealth whether the next backends can be down
     */
    Optional<SlowStart> next(List<BackendState> before, List<BackendState> next, boolean ignoresHealth) {
        if (durationNanos == 0 || ignoresHealth) {
            starts.clear();
            return Optional.empty();
        }
        long now = nanoTime.getAsLong();
        Set<BackendState> present = new HashSet<>(before);
        starts.keySet().retainAll(next);
        starts.values().removeIf(start -> now - start >= durationNanos);
        if (!before.isEmpty()) {
            next.stream().filter(backend -> !present.contains(backend)).forEach(backend -> starts.put(backend, now));
        }
        List<BackendState> settled = next.stream().filter(backend -> !starts.containsKey(backend)).toList();
        if (settled.isEmpty()) { // nothing else could take the connections
            starts.clear();
        }
        return starts.isEmpty() ? Optional.empty() : Optional.of(new SlowStart(settled, ramps(next), nanoTime));
    }

    private Map<BackendState, Ramp> ramps(List<BackendState> backends) {
        double weights = backends.stream().mapToInt(BackendState::weight).sum();
        Map<BackendState, Ramp> ramps = new LinkedHashMap<>();
        starts.forEach((backend, start) -> ramps.put(backend,
                new Ramp(start, durationNanos, backend.weight() / weights)));
        return ramps;
    }

    /** Returns the time until the first of the slow starts ends, in nanoseconds; empty if there is none. */
    OptionalLong untilFirstEnd() {
        long now = nanoTime.getAsLong();
        return starts.values().stream().mapToLong(start -> start + durationNanos - now).min();
    }
}

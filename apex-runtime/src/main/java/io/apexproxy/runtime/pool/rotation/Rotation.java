package io.apexproxy.runtime.pool.rotation;

import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * An immutable snapshot of the backends that may be picked now, with their picker. A pool replaces it as a whole.
 *
 * @param backends the backends that the picker chooses from, in the order of the configuration
 * @param backups healthy backends of higher tiers, for connections that none of the backends can take; a list per tier
 * @param weights the weights of the backends in the same order, at the time of the snapshot
 * @param picker the picker of the load balancer; until a new one is published, it can belong to an earlier set
 * @param slowStart the backends in their slow start; empty if there are none
 * @param ignoresHealth whether the backends may be picked although they are down
 */
public record Rotation(List<BackendState> backends, List<List<BackendState>> backups, List<Integer> weights,
        BackendPicker picker, Optional<SlowStart> slowStart, boolean ignoresHealth) {

    static final Rotation EMPTY = new Rotation(List.of(), List.of(), List.of(), new FallbackRoundRobin(List.of()),
            Optional.empty(), false);

    static Rotation of(List<BackendState> backends, List<List<BackendState>> backups, BackendPicker picker,
            Optional<SlowStart> slowStart, boolean ignoresHealth) {
        return new Rotation(backends, backups, backends.stream().map(BackendState::weight).toList(), picker, slowStart,
                ignoresHealth);
    }

    /** Returns this rotation with pickers that a function creates over a set of backends. */
    Rotation withPickers(Function<List<BackendState>, BackendPicker> over) {
        return new Rotation(backends, backups, weights, over.apply(backends),
                slowStart.map(present -> present.withPicker(over.apply(present.settled()))), ignoresHealth);
    }

    /** Returns this rotation with the pickers of another one that has the same backends. */
    Rotation withPickersOf(Rotation other) {
        return new Rotation(backends, backups, weights, other.picker,
                slowStart.map(present -> present.like(other.slowStart.orElseThrow())), ignoresHealth);
    }

    /** Returns this rotation for a balancer that ignores slow starts. */
    Rotation withoutSlowStart() {
        return new Rotation(backends, backups, weights, picker, slowStart.map(SlowStart::ignored), ignoresHealth);
    }

    Rotation withRoundRobin() {
        return withPickers(FallbackRoundRobin::new);
    }

    /** Returns the backends among which open connections are divided; empty in an outage or during a slow start. */
    public List<BackendState> sharing() {
        return ignoresHealth || slowStart.isPresent() ? List.of() : backends;
    }

    /** Returns whether no backend may be picked. */
    public boolean isEmpty() {
        return backends.isEmpty();
    }

    /** Returns whether a load balancer would receive the same sets of backends with the same weights. */
    boolean hasSameBackends(Rotation other) {
        return backends.equals(other.backends) && weights.equals(other.weights)
                && slowStart.map(SlowStart::settled).equals(other.slowStart.map(SlowStart::settled));
    }

    /** Returns whether a backend may be picked now. The backend can have left the rotation since the snapshot. */
    public boolean admits(BackendState backend) {
        return backend.isInRotation() && (ignoresHealth || backend.isUp());
    }

    /** Returns whether any backend may be picked now. */
    public boolean admitsAny() {
        return all().anyMatch(this::admits);
    }

    /** Returns the backends of all tiers. */
    Stream<BackendState> all() {
        return Stream.concat(backends.stream(), backups.stream().flatMap(List::stream));
    }
}

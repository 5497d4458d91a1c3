package io.apexproxy.runtime.pool;

import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.List;

/**
 * An immutable snapshot of the backends that may be picked now, with their picker. A pool replaces it as a whole.
 *
 * @param backends the backends that may be picked, in the order of the configuration
 * @param weights the weights of the backends in the same order, at the time of the snapshot
 * @param picker the picker of the load balancer; until a new one is published, it can belong to an earlier set
 * @param ignoresHealth whether the backends may be picked although they are down
 */
record Rotation(List<BackendState> backends, List<Integer> weights, BackendPicker picker, boolean ignoresHealth) {

    static final Rotation EMPTY = new Rotation(List.of(), List.of(), new FallbackRoundRobin(List.of()), false);

    static Rotation of(List<BackendState> backends, BackendPicker picker, boolean ignoresHealth) {
        return new Rotation(backends, backends.stream().map(BackendState::weight).toList(), picker, ignoresHealth);
    }

    Rotation withPicker(BackendPicker other) {
        return new Rotation(backends, weights, other, ignoresHealth);
    }

    Rotation withRoundRobin() {
        return withPicker(new FallbackRoundRobin(backends));
    }

    boolean isEmpty() {
        return backends.isEmpty();
    }

    /** Returns whether a load balancer would receive the same backends with the same weights. */
    boolean hasSameBackends(Rotation other) {
        return backends.equals(other.backends) && weights.equals(other.weights);
    }

    /** Returns whether a backend may be picked now. The backend can have left the rotation since the snapshot. */
    boolean admits(BackendState backend) {
        return backend.isInRotation() && (ignoresHealth || backend.isUp());
    }

    /** Returns whether any backend may be picked now. */
    boolean admitsAny() {
        return backends.stream().anyMatch(this::admits);
    }
}

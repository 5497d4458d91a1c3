package io.apexproxy.runtime.pool;

import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.List;

/**
 * Who may be picked now, and by whom: one immutable snapshot, swapped as a whole.
 *
 * @param pickable the backends that may be picked, in the order of the configuration
 * @param weights their weights, in the same order, when the snapshot was made
 * @param picker the load balancer's; for a moment it may still be the one that was made over an earlier set
 * @param whateverHealth whether the backends may be picked although they are down
 */
record Rotation(List<BackendState> pickable, List<Integer> weights, BackendPicker picker, boolean whateverHealth) {

    static final Rotation EMPTY = new Rotation(List.of(), List.of(), new FallbackRoundRobin(List.of()), false);

    static Rotation of(List<BackendState> pickable, BackendPicker picker, boolean whateverHealth) {
        return new Rotation(pickable, pickable.stream().map(BackendState::weight).toList(), picker, whateverHealth);
    }

    Rotation pickedBy(BackendPicker other) {
        return new Rotation(pickable, weights, other, whateverHealth);
    }

    Rotation pickedInTurn() {
        return pickedBy(new FallbackRoundRobin(pickable));
    }

    boolean isEmpty() {
        return pickable.isEmpty();
    }

    /** Whether a load balancer would be asked the same question again. */
    boolean isOver(Rotation other) {
        return pickable.equals(other.pickable) && weights.equals(other.weights);
    }

    boolean admits(BackendState backend) {
        return backend.offered() && (whateverHealth || backend.isUp());
    }
}

package io.apexproxy.runtime.pool;

import io.apexproxy.api.balance.BackendPicker;
import java.util.List;

/**
 * Who may be picked now, and by whom: one immutable snapshot, swapped as a whole.
 *
 * @param pickable the backends that may be picked, in the order of the configuration
 * @param picker the load balancer's; for a moment it may still be the one that was made over an earlier set
 * @param whateverHealth whether the backends may be picked although they are down
 */
record Rotation(List<BackendState> pickable, BackendPicker picker, boolean whateverHealth) {

    static final Rotation EMPTY = new Rotation(List.of(), new InTurn(List.of()), false);

    boolean admits(BackendState backend) {
        return whateverHealth ? backend.inRotation() : backend.pickable();
    }
}

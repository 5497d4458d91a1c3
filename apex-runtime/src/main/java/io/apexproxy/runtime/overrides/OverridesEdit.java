package io.apexproxy.runtime.overrides;

import io.apexproxy.runtime.config.BackendConfig;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A change of the overrides of one backend.
 *
 * @param pool the name of the pool
 * @param backend the name of the backend
 * @param state the new state; empty: unchanged
 * @param weight the new weight; empty: unchanged
 * @param clear whether the entry is removed instead
 */
public record OverridesEdit(String pool, String backend, Optional<BackendConfig.State> state, OptionalInt weight,
        boolean clear) {

    /** Returns the edit as an argument of {@code apex set}, without the names. */
    @Override
    public String toString() {
        if (clear) {
            return "--clear";
        }
        return state.map(BackendConfig.State::word)
                .orElseGet(() -> "weight=" + weight.orElseThrow());
    }
}

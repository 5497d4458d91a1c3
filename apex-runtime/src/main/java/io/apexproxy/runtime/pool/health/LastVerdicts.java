package io.apexproxy.runtime.pool.health;

import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Verdict;
import java.util.Optional;

/** Verdicts on backends from before the start of this process. Called on the control thread. */
@FunctionalInterface
public interface LastVerdicts {

    /** No verdicts. */
    LastVerdicts NONE = (pool, backend) -> Optional.empty();

    /**
     * Returns the last verdict on a backend.
     *
     * @param pool the name of its pool
     * @param backend the backend, which has no verdict yet
     * @return up or down; empty if there is none
     */
    Optional<Verdict> of(String pool, BackendState backend);
}

package io.apexproxy.api.balance;

import io.apexproxy.api.Backend;
import java.util.List;

/**
 * Decides which backend serves the next connection.
 *
 * <p>The runtime calls {@link #over} on one thread at a time, whenever the set of healthy backends or their weights
 * change, and hands the returned picker to the event loops, which call it concurrently. State that is to survive a
 * change of membership lives in the balancer, state of one membership in the picker.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface LoadBalancer extends AutoCloseable {

    /**
     * Returns the picker for this set.
     *
     * <p>Never called concurrently, and on a thread of the instance's own
     * {@link io.apexproxy.api.PluginContext#executor() executor}. It may block, but the change waits for it: if it has
     * not returned after a second, or throws, the runtime logs it and picks from the new set in turn until a call
     * succeeds.
     *
     * @param healthy the backends that may be picked: never empty, unmodifiable, in the order of the configuration,
     *     without those of weight 0
     * @return a picker that the runtime uses until a later call returned another
     */
    BackendPicker over(List<Backend> healthy);

    /**
     * Called once, when the pool or its {@code load_balancer} table is gone, on a thread of its own that is interrupted
     * after 3 seconds. The last pick is over by then; only a call that hangs may still be inside. Does nothing by
     * default.
     */
    @Override
    default void close() {
    }
}

package io.apexproxy.api.balance;

import io.apexproxy.api.Backend;
import java.util.List;

/**
 * The load-balancing policy of one pool.
 *
 * <p>Canonical pattern: {@link #over} computes an immutable snapshot of the backends, and returns a picker that only
 * reads it. State that must survive a change of the set, such as a counter, is a thread-safe field of the balancer:
 * <pre>{@code
 * private final AtomicLong turn = new AtomicLong();
 *
 * public BackendPicker over(List<Backend> healthy) {
 *     Backend[] backends = healthy.toArray(Backend[]::new);
 *     return connection -> backends[(int) (turn.getAndIncrement() % backends.length)];
 * }
 * }</pre>
 *
 * @since 0.1
 */
@FunctionalInterface
public interface LoadBalancer extends AutoCloseable {

    /**
     * Returns the picker for a set of backends.
     *
     * <p>The runtime calls this method when the set of healthy backends or their weights change. During a slow start it
     * also calls it with the backends that are not in their slow start, and uses both pickers. It makes one call at a
     * time, on a thread of the instance's own {@link io.apexproxy.api.PluginContext#executor() executor}. The call can
     * block, but the change waits for it. If the call throws, or has not returned after one second, the runtime logs
     * the error. It then picks from the new set round-robin until a call succeeds.
     *
     * @param healthy the backends that can be picked: never empty, unmodifiable, in the order of the configuration,
     *     without backends of weight 0
     * @return a picker that the event loops share until later calls return others. A loop can finish a pick with the
     *     previous picker shortly after that
     */
    BackendPicker over(List<Backend> healthy);

    /**
     * Returns whether each pick of this balancer is final, so that the {@code slow_start} of the pool has no effect.
     *
     * <p>A balancer that assigns the same backend to the same client returns {@code true}: a slow start would move
     * clients to another backend and back. The runtime calls this method on the same thread as {@link #over}.
     *
     * @return {@code false} by default: a pick of a backend in its slow start can be repeated among the others
     * @since 0.2
     */
    default boolean ignoresSlowStart() {
        return false;
    }

    /**
     * Releases the resources of this instance. Does nothing by default.
     *
     * <p>The runtime calls this method once, when the pool or its {@code load_balancer} table is removed or replaced.
     * The call has its own thread, which is interrupted after 3 seconds. All other calls have returned by then, except
     * calls that hang.
     */
    @Override
    default void close() {
    }
}

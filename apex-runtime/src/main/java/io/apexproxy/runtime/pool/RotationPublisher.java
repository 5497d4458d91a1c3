package io.apexproxy.runtime.pool;

import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Publishes the rotation of one pool, and keeps the load balancers that make its pickers.
 *
 * <p>Changes are made on the control thread; {@link #rotation} and the first verdicts may be read from any thread. A
 * change takes effect at once, with the previous picker; the new picker follows when the load balancer has made it. A
 * replaced load balancer is closed when its picker has been replaced.
 */
final class RotationPublisher {

    private final String pool;
    private final PoolContext context;
    private final CompletableFuture<Void> firstVerdicts = new CompletableFuture<>();
    /** Load balancers that were replaced, but made the picker that is still in use. */
    private final List<PluginInstance<LoadBalancer>> replaced = new ArrayList<>();
    private PickerUpdates balancing;
    private volatile Rotation rotation = Rotation.EMPTY;

    /**
     * Creates a publisher of the empty rotation; {@link #balanceWith} is called before anything else.
     *
     * @param pool its name, for the log
     * @param context what all pools share
     */
    RotationPublisher(String pool, PoolContext context) {
        this.pool = pool;
        this.context = context;
    }

    /**
     * Lets a load balancer make the pickers from the next {@link #rotate} on.
     *
     * @param balancer the present one, which changes nothing, or a new one
     */
    void balanceWith(PluginInstance<LoadBalancer> balancer) {
        if (balancing != null) {
            if (balancing.instance() == balancer) {
                return;
            }
            balancing.close();
            replaced.add(balancing.instance());
        }
        balancing = new PickerUpdates(pool, balancer, context.control(), this::publish);
    }

    /** Returns the load balancer that makes the pickers now. */
    PluginInstance<LoadBalancer> balancer() {
        return balancing.instance();
    }

    /** Returns the rotation in force. May be called from any thread. */
    Rotation rotation() {
        return rotation;
    }

    /**
     * Puts a set of backends in force. If it is not the one that the load balancer was asked for last, a picker over it
     * is asked for.
     *
     * @param pickable the backends that may be picked, in the order of the configuration; may be empty
     * @param whateverHealth whether they may be picked although they are down
     */
    void rotate(List<BackendState> pickable, boolean whateverHealth) {
        Rotation previous = rotation;
        Rotation next = pickable.isEmpty() ? Rotation.EMPTY : Rotation.of(pickable, previous.picker(), whateverHealth);
        if (previous.isEmpty()) {
            next = next.pickedInTurn();
        }
        pickable.forEach(backend -> backend.offer(true));
        rotation = next;
        Set<BackendState> stay = Set.copyOf(pickable);
        previous.pickable().stream().filter(backend -> !stay.contains(backend))
                .forEach(backend -> backend.offer(false));
        if (!next.isOver(balancing.wanted())) {
            balancing.over(next);
        }
        if (next.isEmpty()) {
            retireReplaced();
            firstVerdicts.complete(null);
        }
    }

    private void publish(Rotation next) {
        if (next.isOver(rotation)) { // else the set changed while the balancer was asked
            rotation = rotation.pickedBy(next.picker());
            retireReplaced();
            firstVerdicts.complete(null);
        }
    }

    private void retireReplaced() {
        replaced.forEach(context.pluginCloser()::closeLater);
        replaced.clear();
    }

    /** Completes with the first picker of a load balancer, or the first time that no backend can be picked. */
    CompletionStage<Void> firstVerdicts() {
        return firstVerdicts.minimalCompletionStage();
    }

    /** Whether {@link #firstVerdicts} has completed. May be called from any thread. */
    boolean hasFirstVerdicts() {
        return firstVerdicts.isDone();
    }

    /** Closes the load balancer. The last rotation remains, and its backends are picked in turn. */
    void close() {
        balancing.close();
        replaced.add(balancing.instance());
        rotation = rotation.pickedInTurn();
        retireReplaced();
        firstVerdicts.complete(null);
    }
}

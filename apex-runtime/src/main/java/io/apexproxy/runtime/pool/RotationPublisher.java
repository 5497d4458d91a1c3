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
 * The publisher of one pool's rotation, and the owner of the load balancers that create its pickers.
 *
 * <p>Changes are made on the control thread; {@link #rotation} and the first verdicts may be read from any thread. A
 * new set of backends takes effect at once, with the previous picker. The new picker follows when the load balancer
 * returns it. A replaced load balancer is closed after its picker is replaced.
 */
final class RotationPublisher {

    private final String pool;
    private final PoolContext context;
    private final Runnable changeAction;
    private final CompletableFuture<Void> firstVerdicts = new CompletableFuture<>();
    /** Load balancers that were replaced but whose pickers can still be in use. */
    private final List<PluginInstance<LoadBalancer>> replaced = new ArrayList<>();
    private PickerUpdates pickers;
    private volatile Rotation rotation = Rotation.EMPTY;

    /**
     * Creates a publisher of the empty rotation. The caller calls {@link #setLoadBalancer} before any other method.
     *
     * @param changeAction runs after the backends that may be picked have changed
     */
    RotationPublisher(String pool, PoolContext context, Runnable changeAction) {
        this.pool = pool;
        this.context = context;
        this.changeAction = changeAction;
    }

    /**
     * Sets the load balancer that creates the pickers from the next {@link #setBackends} on. The present one changes
     * nothing.
     */
    void setLoadBalancer(PluginInstance<LoadBalancer> balancer) {
        if (pickers != null) {
            if (pickers.instance() == balancer) {
                return;
            }
            pickers.close();
            replaced.add(pickers.instance());
        }
        pickers = new PickerUpdates(pool, balancer, context.control(), this::setPicker);
    }

    /** Returns the load balancer that creates the pickers now. */
    PluginInstance<LoadBalancer> balancer() {
        return pickers.instance();
    }

    /** Returns the current rotation. May be called from any thread. */
    Rotation rotation() {
        return rotation;
    }

    /**
     * Publishes a set of backends. Requests a new picker if the set differs from that of the last request.
     *
     * @param backends the backends that may be picked, in the order of the configuration; may be empty
     * @param ignoresHealth whether they may be picked although they are down
     */
    void setBackends(List<BackendState> backends, boolean ignoresHealth) {
        Rotation previous = rotation;
        Rotation next = backends.isEmpty() ? Rotation.EMPTY : Rotation.of(backends, previous.picker(), ignoresHealth);
        if (previous.isEmpty()) {
            next = next.withRoundRobin();
        }
        backends.forEach(backend -> backend.setInRotation(true));
        rotation = next;
        Set<BackendState> remaining = Set.copyOf(backends);
        previous.backends().stream().filter(backend -> !remaining.contains(backend))
                .forEach(backend -> backend.setInRotation(false));
        changeAction.run();
        if (!next.hasSameBackends(pickers.requested())) {
            pickers.request(next);
        }
        if (next.isEmpty()) {
            closeReplaced();
            firstVerdicts.complete(null);
        }
    }

    private void setPicker(Rotation next) {
        if (next.hasSameBackends(rotation)) { // else the set has changed since the request
            rotation = rotation.withPicker(next.picker());
            closeReplaced();
            firstVerdicts.complete(null);
        }
    }

    private void closeReplaced() {
        replaced.forEach(context.pluginCloser()::closeLater);
        replaced.clear();
    }

    /** Completes with the first picker of a load balancer, or with the first empty rotation. */
    CompletionStage<Void> firstVerdicts() {
        return firstVerdicts.minimalCompletionStage();
    }

    /** Returns whether {@link #firstVerdicts} has completed. May be called from any thread. */
    boolean hasFirstVerdicts() {
        return firstVerdicts.isDone();
    }

    /** Closes the load balancer. The last rotation stays in use, with a round-robin picker. */
    void close() {
        pickers.close();
        replaced.add(pickers.instance());
        rotation = rotation.withRoundRobin();
        closeReplaced();
        firstVerdicts.complete(null);
    }
}

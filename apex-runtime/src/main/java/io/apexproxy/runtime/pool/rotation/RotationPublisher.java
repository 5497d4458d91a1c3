package io.apexproxy.runtime.pool.rotation;

import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.runtime.log.DistinctThrottle;
import io.apexproxy.runtime.plugin.PluginCloser;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The publisher of one pool's rotation, and the owner of the load balancers that create its pickers.
 *
 * <p>Changes are made on the control thread; {@link #rotation} and the first verdicts may be read from any thread. A
 * new set of backends takes effect at once, with the previous picker. The new picker follows when the load balancer
 * returns it. A replaced load balancer is closed after its picker is replaced.
 */
public final class RotationPublisher {

    private final String pool;
    private final ScheduledExecutorService control;
    private final PluginCloser closer;
    private final CompletableFuture<Void> firstVerdicts = new CompletableFuture<>();
    /** Load balancers that were replaced but whose pickers can still be in use. */
    private final List<PluginInstance<LoadBalancer>> replaced = new ArrayList<>();
    private final SlowStarts slowStarts;
    private final Runnable onSlowStartEnd;
    private Future<?> slowStartEnd = CompletableFuture.completedFuture(null);
    private PickerUpdates pickers;
    private volatile Rotation rotation = Rotation.EMPTY;
    private final DistinctThrottle feedbackThrottle = new DistinctThrottle();
    private volatile Feedback feedback = Feedback.NONE;

    /**
     * Creates a publisher of the empty rotation. The caller calls {@link #setLoadBalancer} before any other method.
     *
     * @param pool the name of the pool, for the log
     * @param control the executor of the control thread
     * @param nanoTime the clock of {@code control}
     * @param closer closes load balancers that are replaced
     * @param onSlowStartEnd runs on the control thread when a slow start ends; it calls {@link #setBackends}
     */
    public RotationPublisher(String pool, ScheduledExecutorService control, LongSupplier nanoTime,
            PluginCloser closer, Runnable onSlowStartEnd) {
        this.onSlowStartEnd = onSlowStartEnd;
        this.pool = pool;
        this.control = control;
        this.closer = closer;
        this.slowStarts = new SlowStarts(nanoTime);
    }

    /**
     * Sets the load balancer that creates the pickers from the next {@link #setBackends} on. The present one changes
     * nothing.
     */
    public void setLoadBalancer(PluginInstance<LoadBalancer> balancer) {
        if (pickers != null) {
            if (pickers.instance() == balancer) {
                return;
            }
            pickers.close();
            replaced.add(pickers.instance());
        }
        pickers = new PickerUpdates(pool, balancer, control, this::setPickers);
    }

    /** Returns the load balancer that creates the pickers now. */
    public PluginInstance<LoadBalancer> balancer() {
        return pickers.instance();
    }

    /** Changes the duration of slow starts; zero: none. Takes effect at the next {@link #setBackends}. */
    public void setSlowStart(Duration duration) {
        slowStarts.setDuration(duration.toNanos());
    }

    /** Returns the current rotation. May be called from any thread. */
    public Rotation rotation() {
        return rotation;
    }

    /**
     * Publishes a set of backends. Requests a new picker if the set differs from that of the last request.
     *
     * @param usable the backends that may be picked, in the order of the configuration; may be empty
     * @param ignoresHealth whether they may be picked although they are down
     */
    public void setBackends(List<BackendState> usable, boolean ignoresHealth) {
        Rotation previous = rotation;
        Rotation next = next(previous, usable, ignoresHealth);
        usable.forEach(backend -> backend.setInRotation(true));
        rotation = next;
        Set<BackendState> remaining = Set.copyOf(usable);
        previous.all().filter(backend -> !remaining.contains(backend))
                .forEach(backend -> backend.setInRotation(false));
        scheduleSlowStartEnd();
        if (!next.hasSameBackends(pickers.requested())) {
            pickers.request(next);
        }
        if (next.isEmpty()) {
            if (!replaced.isEmpty()) { // else connections go on, and so does their feedback
                feedback = Feedback.NONE;
            }
            closeReplaced();
            firstVerdicts.complete(null);
        }
    }

    private void scheduleSlowStartEnd() {
        slowStartEnd.cancel(false);
        slowStarts.untilFirstEnd().ifPresent(nanos -> slowStartEnd =
                control.schedule(onSlowStartEnd, Math.max(0, nanos), TimeUnit.NANOSECONDS));
    }

    private Rotation next(Rotation previous, List<BackendState> usable, boolean ignoresHealth) {
        if (usable.isEmpty()) {
            return Rotation.EMPTY;
        }
        List<List<BackendState>> tiers = List.copyOf(usable.stream().collect(
                Collectors.groupingBy(BackendState::tier, TreeMap::new, Collectors.toUnmodifiableList())).values());
        List<BackendState> backends = tiers.get(0);
        Rotation next = Rotation.of(backends, tiers.subList(1, tiers.size()), previous.picker(),
                slowStarts.next(previous.backends(), backends, ignoresHealth), ignoresHealth);
        if (previous.isEmpty()) {
            return next.withRoundRobin();
        }
        return next.hasSameBackends(previous) ? next.withPickersOf(previous) : next;
    }

    private void setPickers(Rotation next) {
        if (next.hasSameBackends(rotation)) { // else the set has changed since the request
            rotation = rotation.withPickersOf(next);
            feedback = Feedback.of(pool, next.picker(), feedbackThrottle);
            closeReplaced();
            firstVerdicts.complete(null);
        }
    }

    private void closeReplaced() {
        replaced.forEach(closer::closeLater);
        replaced.clear();
    }

    /** Returns the feedback of the last picker of the load balancer. May be called from any thread. */
    public Feedback feedback() {
        return feedback;
    }

    /** Completes with the first picker of a load balancer, or with the first empty rotation. */
    public CompletionStage<Void> firstVerdicts() {
        return firstVerdicts.minimalCompletionStage();
    }

    /** Returns whether {@link #firstVerdicts} has completed. May be called from any thread. */
    public boolean hasFirstVerdicts() {
        return firstVerdicts.isDone();
    }

    /** Closes the load balancer. The last rotation stays in use, with a round-robin picker. */
    public void close() {
        slowStartEnd.cancel(false);
        pickers.close();
        replaced.add(pickers.instance());
        rotation = rotation.withRoundRobin();
        feedback = Feedback.NONE;
        closeReplaced();
        firstVerdicts.complete(null);
    }
}

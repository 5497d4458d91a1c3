package io.apexproxy.runtime.pool;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.runtime.log.DistinctThrottle;
import io.apexproxy.runtime.plugin.PluginInstance;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one load balancer for pickers, one question at a time, and answers in its place when it fails.
 *
 * <p>Lives on the control thread; the load balancer is called on its own instance's threads.
 */
final class PickerUpdates {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");
    /** A balancer that takes longer to build its tables than this is treated as failed until it answers. */
    private static final long PATIENCE_MILLIS = 1_000;

    private final String pool;
    private final PluginInstance<LoadBalancer> balancer;
    private final ScheduledExecutorService control;
    private final Consumer<Rotation> publish;
    private final DistinctThrottle complaints = new DistinctThrottle();
    private Rotation wanted = Rotation.EMPTY;
    private boolean asking;
    private boolean overdue;
    private boolean changed;
    private boolean closed;

    PickerUpdates(String pool, PluginInstance<LoadBalancer> balancer, ScheduledExecutorService control,
            Consumer<Rotation> publish) {
        this.pool = pool;
        this.balancer = balancer;
        this.control = control;
        this.publish = publish;
    }

    PluginInstance<LoadBalancer> instance() {
        return balancer;
    }

    /** What the balancer was asked last; empty if nothing yet. */
    Rotation wanted() {
        return wanted;
    }

    /** Publishes a picker for this set, when the balancer has made one or failed to; for an empty one there is none. */
    void over(Rotation next) {
        wanted = next;
        changed = true;
        if (!asking) {
            ask();
        } else if (overdue && !next.isEmpty()) {
            publish.accept(next.pickedInTurn());
        }
    }

    private void ask() {
        changed = false;
        if (wanted.isEmpty()) {
            return;
        }
        asking = true;
        Rotation question = wanted;
        List<Backend> backends = List.copyOf(question.pickable());
        Future<?> patience = control.schedule(this::overdue, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        try {
            balancer.executor().execute(() -> {
                BackendPicker picker = pickerOver(backends, question);
                reply(() -> answered(question, picker, patience));
            });
        } catch (RejectedExecutionException e) {
            complain("has shut down the executor that was lent to it", e);
            reply(() -> answered(question, new FallbackRoundRobin(question.pickable()), patience));
        }
    }

    private void reply(Runnable answer) {
        try {
            control.execute(answer);
        } catch (RejectedExecutionException e) {
            LOG.trace("pools.{}.load_balancer: over() returned after the end", pool, e);
        }
    }

    private BackendPicker pickerOver(List<Backend> backends, Rotation question) {
        try {
            BackendPicker picker = balancer.get().over(backends);
            if (picker != null) {
                return picker;
            }
            complain("returned null", null);
        } catch (Throwable e) { // whatever a plugin throws, errors of linking included, must not lose the answer
            complain("failed", e);
        }
        return new FallbackRoundRobin(question.pickable());
    }

    private void complain(String what, Throwable cause) {
        if (cause == null ? complaints.permits(what) : complaints.permits(what, cause)) {
            LOG.error("pools.{}.load_balancer: over() {}; picking in turn", pool, what, cause);
        }
    }

    private void answered(Rotation question, BackendPicker picker, Future<?> patience) {
        patience.cancel(false);
        asking = false;
        overdue = false;
        if (closed) {
            return;
        }
        if (changed) {
            ask();
        } else {
            publish.accept(question.pickedBy(picker));
        }
    }

    private void overdue() {
        if (asking && !closed) {
            overdue = true;
            if (complaints.permits("has not returned")) {
                LOG.error("pools.{}.load_balancer: over() has not returned for {} ms; picking in turn until it does",
                        pool, PATIENCE_MILLIS);
            }
            if (!wanted.isEmpty()) {
                publish.accept(wanted.pickedInTurn());
            }
        }
    }

    /** Asks no more; an answer that is still owed is ignored. */
    void close() {
        closed = true;
    }
}

package io.apexproxy.runtime.pool;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.runtime.plugin.PluginInstance;
import java.util.List;
import java.util.concurrent.Future;
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
final class Balancing {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");
    /** A balancer that takes longer to build its tables than this is treated as failed until it answers. */
    private static final long PATIENCE_MILLIS = 1_000;

    private final String pool;
    private final PluginInstance<LoadBalancer> balancer;
    private final ScheduledExecutorService control;
    private final Consumer<Rotation> publish;
    private Rotation wanted;
    private boolean asking;
    private boolean changed;
    private boolean closed;

    Balancing(String pool, PluginInstance<LoadBalancer> balancer, ScheduledExecutorService control,
            Consumer<Rotation> publish) {
        this.pool = pool;
        this.balancer = balancer;
        this.control = control;
        this.publish = publish;
    }

    PluginInstance<LoadBalancer> instance() {
        return balancer;
    }

    /** Publishes a picker for this set, now or when the balancer has made one. */
    void over(Rotation next) {
        wanted = next;
        if (asking) {
            changed = true;
        } else {
            ask();
        }
    }

    private void ask() {
        asking = true;
        changed = false;
        Rotation question = wanted;
        List<Backend> backends = List.copyOf(question.pickable());
        Future<?> overdue = control.schedule(this::overdue, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        balancer.executor().execute(() -> {
            BackendPicker picker = pickerOver(backends, question);
            control.execute(() -> {
                overdue.cancel(false);
                answered(question, picker);
            });
        });
    }

    private BackendPicker pickerOver(List<Backend> backends, Rotation question) {
        try {
            BackendPicker picker = balancer.get().over(backends);
            if (picker != null) {
                return picker;
            }
            LOG.error("pools.{}.load_balancer: over() returned null; picking in turn", pool);
        } catch (Throwable e) { // whatever a plugin throws, errors of linking included, must not lose the answer
            LOG.error("pools.{}.load_balancer: over() failed; picking in turn", pool, e);
        }
        return new InTurn(question.pickable());
    }

    private void answered(Rotation question, BackendPicker picker) {
        asking = false;
        if (closed) {
            return;
        }
        if (changed) {
            ask();
        } else {
            publish.accept(new Rotation(question.pickable(), picker, question.whateverHealth()));
        }
    }

    private void overdue() {
        if (!closed) {
            LOG.error("pools.{}.load_balancer: over() has not returned for {} ms; picking in turn until it does",
                    pool, PATIENCE_MILLIS);
            publish.accept(new Rotation(wanted.pickable(), new InTurn(wanted.pickable()), wanted.whateverHealth()));
        }
    }

    /** Ends this instance; an answer that is still owed is ignored. */
    void close() {
        closed = true;
        balancer.close();
    }
}

package io.apexproxy.runtime.pool.rotation;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.runtime.log.DistinctThrottle;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests for pickers to one load balancer. At most one request is in flight. If the load balancer fails, the
 * picker is a {@link FallbackRoundRobin}.
 *
 * <p>Used on the control thread; the load balancer is called on the threads of its own instance.
 */
final class PickerUpdates {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");
    /** A load balancer that builds its tables for longer than this is treated as failed until it returns. */
    private static final long TIMEOUT_MILLIS = 1_000;

    private final String pool;
    private final PluginInstance<LoadBalancer> balancer;
    private final ScheduledExecutorService control;
    private final Consumer<Rotation> publish;
    private final DistinctThrottle throttle = new DistinctThrottle();
    private Rotation requested = Rotation.EMPTY;
    private boolean inFlight;
    private boolean overdue;
    private boolean outdated;
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

    /** Returns the rotation of the last request; empty if there was no request yet. */
    Rotation requested() {
        return requested;
    }

    /**
     * Requests a picker for a rotation. The rotation is published with its picker when the load balancer returns, fails
     * or times out. An empty rotation is not published.
     */
    void request(Rotation rotation) {
        requested = rotation;
        outdated = true;
        if (!inFlight) {
            callBalancer();
        } else if (overdue && !rotation.isEmpty()) {
            publish.accept(rotation.withRoundRobin());
        }
    }

    private void callBalancer() {
        outdated = false;
        if (requested.isEmpty()) {
            return;
        }
        inFlight = true;
        Rotation rotation = requested;
        Future<?> timeout = control.schedule(this::onTimeout, TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        try {
            balancer.executor().execute(() -> {
                Rotation complete = createPickers(rotation);
                runOnControl(() -> onPickers(complete, timeout));
            });
        } catch (RejectedExecutionException e) {
            logFailure("has shut down the executor of its instance", e);
            runOnControl(() -> onPickers(rotation.withRoundRobin(), timeout));
        }
    }

    private void runOnControl(Runnable task) {
        try {
            control.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.trace("pools.{}.load_balancer: over() returned after shutdown; result ignored", pool, e);
        }
    }

    private Rotation createPickers(Rotation rotation) {
        Rotation complete = rotation.withPickers(this::createPicker);
        return rotation.slowStart().isPresent() && ignoresSlowStart() ? complete.withoutSlowStart() : complete;
    }

    private boolean ignoresSlowStart() {
        try {
            return balancer.get().ignoresSlowStart();
        } catch (Throwable e) { // a plugin can throw anything, including LinkageError
            if (throttle.permits("ignoresSlowStart", e)) {
                LOG.error("pools.{}.load_balancer: ignoresSlowStart() failed; slow start applies", pool, e);
            }
            return false;
        }
    }

    private BackendPicker createPicker(List<BackendState> backends) {
        try {
            BackendPicker picker = balancer.get().over(List.<Backend>copyOf(backends));
            if (picker != null) {
                return picker;
            }
            logFailure("returned null", null);
        } catch (Throwable e) { // a plugin can throw anything, including LinkageError
            logFailure("failed", e);
        }
        return new FallbackRoundRobin(backends);
    }

    private void logFailure(String failure, Throwable cause) {
        if (cause == null ? throttle.permits(failure) : throttle.permits(failure, cause)) {
            LOG.error("pools.{}.load_balancer: over() {}; using round robin", pool, failure, cause);
        }
    }

    private void onPickers(Rotation complete, Future<?> timeout) {
        timeout.cancel(false);
        inFlight = false;
        overdue = false;
        if (closed) {
            return;
        }
        if (outdated) {
            callBalancer();
        } else {
            publish.accept(complete);
        }
    }

    private void onTimeout() {
        if (inFlight && !closed) {
            overdue = true;
            if (throttle.permits("has not returned")) {
                LOG.error("pools.{}.load_balancer: over() has not returned for {} ms; using round robin until it does",
                        pool, TIMEOUT_MILLIS);
            }
            if (!requested.isEmpty()) {
                publish.accept(requested.withRoundRobin());
            }
        }
    }

    /** Stops the requests. The result of a request in flight is ignored. */
    void close() {
        closed = true;
    }
}

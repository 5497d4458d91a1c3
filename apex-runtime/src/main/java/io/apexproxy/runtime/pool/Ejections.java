package io.apexproxy.runtime.pool;

import io.apexproxy.runtime.log.Durations;
import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outlier detection of a pool, which takes backends out of the rotation for some time after failed connections in a
 * row, although their probes succeed.
 *
 * <p>At most half of the healthy backends are ejected. Used on the control thread, except {@link #connectionFailed}.
 */
final class Ejections {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");

    private final String pool;
    private final PoolContext context;
    private final Supplier<List<BackendState>> healthy;
    private final Runnable onChange;
    private final LogThrottle refusals = new LogThrottle();
    private final Map<BackendState, Ejection> ejections = new HashMap<>();
    private final Map<BackendState, Future<?>> ends = new HashMap<>();

    /**
     * Creates the outlier detection of a pool.
     *
     * @param pool the name of the pool, for the log
     * @param context the objects that all pools share
     * @param healthy returns the backends that can serve and are healthy, the ejected ones included
     * @param onChange runs after the ejection of a backend begins or ends
     */
    Ejections(String pool, PoolContext context, Supplier<List<BackendState>> healthy, Runnable onChange) {
        this.pool = pool;
        this.context = context;
        this.healthy = healthy;
        this.onChange = onChange;
    }

    /**
     * Counts a failed connection. At most one report of a backend is in flight. Any thread.
     *
     * @param threshold failed connections in a row that eject a backend
     * @param reason why the connection failed, a few words
     */
    void connectionFailed(BackendState backend, int threshold, String reason) {
        long bytes = backend.traffic().toClient().sum(); // now: later bytes must not precede the failure
        backend.reportFailure(context.control(), () -> count(backend, bytes, threshold, reason));
    }

    private void count(BackendState backend, long bytes, int threshold, String reason) {
        List<BackendState> candidates = healthy.get();
        if (backend.outlier().isEjected() || !candidates.contains(backend)) {
            return;
        }
        Ejection ejection = ejections.computeIfAbsent(backend, any -> new Ejection());
        if (!ejection.isDue(bytes, threshold)) {
            return;
        }
        if (2 * (ends.size() + 1) > candidates.size()) {
            if (refusals.permits()) {
                LOG.warn("pools.{}: {} stays in rotation after {} failed connections in a row ({}): at most half of "
                        + "the {} healthy backends are ejected", pool, backend, ejection.streak(), reason,
                        candidates.size());
            }
            return;
        }
        String text = ejection.streak() + " failed connections in a row: " + reason;
        Duration duration = Duration.ofNanos(ejection.begin(context.nanoTime().getAsLong()));
        backend.outlier().eject(text, duration);
        LOG.warn("pools.{}: {} ejected for {} after {}", pool, backend, Durations.text(duration), text);
        ends.put(backend, context.control().schedule(() -> end(backend), duration.toNanos(), TimeUnit.NANOSECONDS));
        onChange.run();
    }

    private void end(BackendState backend) {
        if (ends.remove(backend) != null) {
            backend.outlier().end();
            LOG.info("pools.{}: {} no longer ejected", pool, backend);
            onChange.run();
        }
    }

    /** Ends the ejection of a backend that leaves the pool or is in maintenance, and forgets its failures. */
    void remove(BackendState backend) {
        ejections.remove(backend);
        Future<?> end = ends.remove(backend);
        if (end != null) {
            end.cancel(false);
            backend.outlier().end();
        }
    }

    /** Ends all ejections and forgets all failures. */
    void clear() {
        List.copyOf(ejections.keySet()).forEach(this::remove);
    }
}

package io.apexproxy.health.jdbc;

import io.apexproxy.api.Backend;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The health check of one pool.
 *
 * <p>The number of connections is bounded by the number of backends: the runtime has at most one probe per backend in
 * flight, and this class starts none before the driver has returned from the last one, even if that has timed out.
 */
final class JdbcCheck implements HealthCheck {

    private static final HealthResult CLOSED = HealthResult.inconclusive("health check closed");

    private final JdbcProbe.Options options;
    private final ScheduledExecutorService timers;
    private final DriverThreads threads = new DriverThreads();
    /** The probes from which the driver has not returned. */
    private final Map<Backend, JdbcProbe> running = new ConcurrentHashMap<>();
    private volatile boolean closed;

    JdbcCheck(JdbcProbe.Options options, ScheduledExecutorService timers) {
        this.options = options;
        this.timers = timers;
    }

    @Override
    public CompletionStage<HealthResult> probe(Backend backend, Duration timeout) {
        Optional<String> url = options.url().of(backend);
        if (url.isEmpty()) {
            return CompletableFuture.completedFuture(
                    HealthResult.unhealthy("the backend has no resolved address with a port, which url needs"));
        }
        JdbcProbe probe = new JdbcProbe(options, url.get(), timeout, ended -> {
            running.remove(backend, ended);
            threads.remove(ended);
        });
        if (running.putIfAbsent(backend, probe) != null) {
            return CompletableFuture.completedFuture(
                    HealthResult.unhealthy("the driver has not returned from an earlier probe"));
        }
        start(probe, timeout);
        if (closed) { // since the probe is in the map, either this call or close() ends it
            probe.stop(CLOSED);
        }
        return probe.result();
    }

    private void start(JdbcProbe probe, Duration timeout) {
        try {
            Future<?> timer = timers.schedule(probe::timeOut, timeout.toNanos(), TimeUnit.NANOSECONDS);
            probe.result().whenComplete((result, failure) -> timer.cancel(false));
            threads.execute(probe);
        } catch (RejectedExecutionException e) {
            probe.stop(CLOSED);
        } catch (OutOfMemoryError e) { // no thread left; the runtime knows that this machine is the cause
            probe.result().completeExceptionally(e);
            probe.stop(CLOSED);
        }
    }

    @Override
    public void close() {
        closed = true;
        running.values().forEach(probe -> probe.stop(CLOSED));
        threads.close();
    }
}

package io.apexproxy.runtime.pool.sessions;

import io.apexproxy.runtime.config.pool.Rebalance;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.sessions.OpenSessions.EndReason;
import io.apexproxy.runtime.pool.sessions.OpenSessions.Selection;
import io.apexproxy.runtime.pool.sessions.Surplus.Load;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends idle sessions of backends that have more than their share, at the rate of the pool. Used on the control thread
 * only.
 *
 * <p>It starts when a backend has so many more than its share as {@link Surplus#isLarge} says, and goes on until none
 * has any more. Without the setting, it has no timer.
 */
final class Rebalancer {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** The rate does not count a longer time, in which the process was suspended or overloaded. */
    private static final long LONGEST_STEP_NANOS = 2 * PERIOD_NANOS;
    private static final double PERCENT_PER_MINUTE = 1.0 / 100 / TimeUnit.MINUTES.toNanos(1);

    private final String pool;
    private final ScheduledExecutorService control;
    private final LongSupplier nanoTime;
    private final SessionEnder ender;
    private final Supplier<List<BackendState>> backends;
    private Optional<Rebalance> settings = Optional.empty();
    private Future<?> timer = CompletableFuture.completedFuture(null);
    private boolean running;
    private long last;
    /** The number of sessions that may leave now; a fraction is for a later step. */
    private double allowed;
    private int left;

    /**
     * Creates a rebalancer that is off.
     *
     * @param pool the name of the pool, for the log
     * @param control the executor of the control thread
     * @param nanoTime the clock
     * @param sessions ends the sessions
     * @param backends returns the backends among which sessions are divided; empty: none should leave now
     */
    Rebalancer(String pool, ScheduledExecutorService control, LongSupplier nanoTime, OpenSessions sessions,
            Supplier<List<BackendState>> backends) {
        this.pool = pool;
        this.control = control;
        this.nanoTime = nanoTime;
        this.ender = new SessionEnder(control, nanoTime, sessions);
        this.backends = backends;
    }

    /** Changes the setting; empty: off. */
    void configure(Optional<Rebalance> next) {
        if (next.isPresent() && settings.isEmpty()) {
            timer = control.scheduleWithFixedDelay(this::step, PERIOD_NANOS, PERIOD_NANOS, TimeUnit.NANOSECONDS);
        } else if (next.isEmpty()) {
            close();
        }
        settings = next;
    }

    /** Ends the timer. */
    void close() {
        timer.cancel(false);
        running = false;
    }

    private void step() {
        long now = nanoTime.getAsLong();
        long elapsed = Math.min(now - last, LONGEST_STEP_NANOS);
        last = now;
        List<BackendState> present = backends.get();
        if (present.isEmpty()) {
            return;
        }
        List<Load> loads = present.stream().map(Rebalancer::load).toList();
        Surplus surplus = Surplus.of(loads);
        if (!running) {
            if (surplus.isLarge()) {
                begin();
            }
        } else if (surplus.isEmpty()) {
            running = false;
            LOG.info("pools.{}: backends have their shares of the connections: {} idle ones have left", pool, left);
        } else {
            grant(loads.stream().mapToLong(Load::open).sum(), elapsed);
            endSessions(present, surplus.leaving((int) allowed), now);
        }
    }

    private static Load load(BackendState backend) {
        return new Load(backend.weight(), backend.limit().max(), backend.activeConnections());
    }

    private void begin() {
        running = true;
        allowed = 0;
        left = 0;
        LOG.info("pools.{}: backends have more connections than their shares: idle ones leave, at most {} % a minute",
                pool, settings.orElseThrow().percentPerMinute());
    }

    /** Adds what the rate allows for some time. What was not used before does not accumulate. */
    private void grant(long open, long elapsedNanos) {
        double more = open * settings.orElseThrow().percentPerMinute() * PERCENT_PER_MINUTE * elapsedNanos;
        allowed = Math.min(allowed + more, Math.max(1, more));
    }

    private void endSessions(List<BackendState> present, int[] leaving, long now) {
        long idleNanos = settings.orElseThrow().idle().toNanos();
        Map<BackendState, Selection> selections = new LinkedHashMap<>();
        for (int i = 0; i < leaving.length; i++) {
            if (leaving[i] > 0) {
                selections.put(present.get(i), new Selection(leaving[i], now, idleNanos, EndReason.REBALANCED));
            }
        }
        ender.end(selections, ended -> {
            allowed -= ended;
            left += ended;
        });
    }
}

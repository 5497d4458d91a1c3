package io.apexproxy.runtime.pool.sessions;

import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.log.Durations;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.sessions.OpenSessions.EndReason;
import io.apexproxy.runtime.pool.sessions.OpenSessions.Selection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backends of a pool whose sessions end within a time: those that have gone down, and those that have left the
 * pool. One timer serves all of them. Used on the control thread only.
 *
 * <p>Only sessions that were accepted before the start of the drain end. A drain lasts until its backend has no
 * connection, because a connect can still be in progress at its deadline.
 */
final class SessionDrains {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");

    private final String pool;
    private final ScheduledExecutorService control;
    private final LongSupplier nanoTime;
    private final SessionEnder ender;
    private final Map<BackendState, Drain> drains = new LinkedHashMap<>();
    private boolean scheduled;

    private record Drain(EndReason reason, int initial, long startNanos, long totalNanos) {

        private long endNanos() {
            return startNanos + totalNanos;
        }
    }

    /**
     * Creates the drains of a pool.
     *
     * @param pool the name of the pool, for the log
     * @param control the executor of the control thread
     * @param nanoTime the clock
     * @param sessions ends the sessions
     */
    SessionDrains(String pool, ScheduledExecutorService control, LongSupplier nanoTime, OpenSessions sessions) {
        this.pool = pool;
        this.control = control;
        this.nanoTime = nanoTime;
        this.ender = new SessionEnder(control, nanoTime, sessions);
    }

    /**
     * Starts to end the sessions of some backends. A drain of the same backend that ends earlier goes on instead.
     *
     * @param backends the backends; those without connections are ignored
     * @param within the time; zero: at once
     * @param reason the reason
     */
    void begin(List<BackendState> backends, Duration within, EndReason reason) {
        long now = nanoTime.getAsLong();
        long total = within.toNanos();
        List<BackendState> begun = backends.stream().filter(backend -> backend.activeConnections() > 0)
                .filter(backend -> !drains.containsKey(backend) || drains.get(backend).endNanos() - now > total)
                .toList();
        if (begun.isEmpty()) {
            return;
        }
        begun.forEach(backend -> drains.put(backend, new Drain(reason, backend.activeConnections(), now, total)));
        log(begun, within, reason);
        step();
    }

    private void log(List<BackendState> begun, Duration within, EndReason reason) {
        LOG.info("pools.{}: {} {}: {} connections end {}", pool,
                CleanText.list(begun.stream().map(BackendState::name).toList()),
                reason == EndReason.DOWN ? "down" : "removed",
                begun.stream().mapToLong(BackendState::activeConnections).sum(),
                within.isZero() ? "now" : "within " + Durations.text(within) + ", the oldest first");
    }

    /**
     * Cancels drains: the sessions that are left stay open.
     *
     * @param reason the reason of the drains
     * @param condition accepts their backends
     * @param because why they are cancelled, a few words for the log
     */
    void cancel(EndReason reason, Predicate<BackendState> condition, String because) {
        List<BackendState> cancelled = drains.keySet().stream()
                .filter(backend -> drains.get(backend).reason() == reason && condition.test(backend)).toList();
        drains.keySet().removeAll(cancelled);
        cancelled.stream().filter(backend -> backend.activeConnections() > 0)
                .forEach(backend -> LOG.info("pools.{}: {} {}: its {} connections stay open", pool, backend, because,
                        backend.activeConnections()));
    }

    private void step() {
        drains.keySet().removeIf(backend -> backend.activeConnections() == 0);
        long now = nanoTime.getAsLong();
        Map<BackendState, Selection> due = new LinkedHashMap<>();
        drains.forEach((backend, drain) -> {
            int excess = DrainPace.excess(drain.initial(), backend.activeConnections(), now - drain.startNanos(),
                    drain.totalNanos());
            if (excess > 0) {
                due.put(backend, new Selection(excess, drain.startNanos(), 0, drain.reason()));
            }
        });
        ender.end(due, ended -> {});
        schedule(now);
    }

    private void schedule(long now) {
        if (scheduled || drains.isEmpty()) {
            return;
        }
        long step = drains.values().stream()
                .mapToLong(drain -> DrainPace.stepNanos(now - drain.startNanos(), drain.totalNanos())).min()
                .orElseThrow();
        try {
            control.schedule(() -> {
                scheduled = false;
                step();
            }, step, TimeUnit.NANOSECONDS);
            scheduled = true;
        } catch (RejectedExecutionException e) {
            LOG.trace("pools.{}: drain ended by shutdown", pool, e);
        }
    }
}

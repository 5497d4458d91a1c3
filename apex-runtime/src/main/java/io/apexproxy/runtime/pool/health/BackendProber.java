package io.apexproxy.runtime.pool.health;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.runtime.config.HealthCheckConfig;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Verdict;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The probes of one backend with one health check, and the verdict that follows from them and from failed connects.
 *
 * <p>Lives on the control thread. Puts three parts together: {@link ProbeSchedule} says when a probe starts,
 * {@link ProbeCall} makes it, {@link HealthCounter} counts the outcome. At most one probe is in flight: a health check
 * that has not returned from its last call is not called again, the probe counts as failed instead. Where
 * {@link ProbeLimit} makes a probe wait, its time starts when the wait is over.
 *
 * <p>With {@code health_check = "none"} there are no probes, and failed connects change nothing.
 */
final class BackendProber {

    private static final Logger LOG = LoggerFactory.getLogger("apex.health");

    private final HealthMonitor monitor;
    private final BackendState backend;
    private final HealthCounter counter;
    private final ProbeSchedule schedule;
    /** What the limit runs; always the same object, by which a wait can be cancelled. */
    private final Runnable turn = this::begin;
    private boolean inFlight;
    private boolean holdsTurn;
    private boolean answered;
    private boolean stopped;
    private Future<?> next = CompletableFuture.completedFuture(null);
    private Optional<ProbeCall> lastCall = Optional.empty();

    /**
     * Creates the probes of a backend of which nothing is known.
     *
     * @param monitor the settings, the health check and what else all backends of the pool share
     * @param backend what is probed
     */
    BackendProber(HealthMonitor monitor, BackendState backend) {
        this(monitor, backend, new HealthCounter(), false);
    }

    private BackendProber(HealthMonitor monitor, BackendState backend, HealthCounter counter, boolean answered) {
        this.monitor = monitor;
        this.backend = backend;
        this.counter = counter;
        this.answered = answered;
        this.schedule = new ProbeSchedule(monitor::nanoTime, monitor.random());
    }

    /**
     * Stops, and returns what continues with the health check that the monitor has now and with the same counts. A late
     * answer of the previous health check is ignored.
     */
    BackendProber successor() {
        stop();
        return new BackendProber(monitor, backend, counter, answered);
    }

    /** Whether a probe of the backend has been answered, by this or an earlier health check, or none is made. */
    boolean answered() {
        return answered || !monitor.config().isEnabled();
    }

    /** Starts a probe now, or when the limit permits one, unless one is in flight. */
    void start() {
        if (inFlight || stopped) {
            return;
        }
        next.cancel(false);
        if (!monitor.config().isEnabled()) {
            backend.judge(Verdict.unchecked());
            return;
        }
        if (state() == Verdict.State.UNCHECKED) { // a reload has added a health check: it serves until that fails
            backend.judge(Verdict.up());
        }
        inFlight = true;
        if (lastCall.filter(ProbeCall::isInside).isPresent()) {
            schedule.start();
            answered(HealthResult.unhealthy("the health check has not returned from an earlier call"), false);
            return;
        }
        monitor.limit().request(monitor, turn);
    }

    private void begin() {
        holdsTurn = true;
        schedule.start();
        ProbeCall call = new ProbeCall(monitor.instance(), backend, monitor.config().timeout(), monitor.control(),
                this::answered);
        lastCall = Optional.of(call);
        call.start();
    }

    private void answered(HealthResult result) {
        endTurn();
        answered(result, lastCall.filter(ProbeCall::hasBegun).isPresent());
    }

    private void answered(HealthResult result, boolean wasCalled) {
        inFlight = false;
        boolean first = !answered;
        answered = true;
        long nanos = schedule.elapsedNanos();
        LOG.debug("Health check {} answered {} after {} ms", backend, result, TimeUnit.NANOSECONDS.toMillis(nanos));
        if (wasCalled) { // else it is not the time of a probe
            backend.probeTimes().add(0, nanos);
        }
        boolean changed = observe(result);
        startAfter(schedule.afterAnswer(interval(), isSettled()));
        if (first || changed) {
            monitor.judged(backend);
        }
    }

    /** Counts a connection that could not be made, and starts the next probe early. */
    void connectFailed(String reason) {
        if (stopped || !monitor.config().isEnabled()) {
            return;
        }
        boolean changed = judge(counter.connectFailed(state(), backend.traffic().connections().sum(),
                monitor.config().fall()), reason);
        if (!inFlight) {
            startAfter(schedule.afterFailedConnect());
        }
        if (changed) {
            monitor.judged(backend);
        }
    }

    /** Counts the answer of a probe and returns whether the verdict has changed. */
    private boolean observe(HealthResult result) {
        HealthCheckConfig config = monitor.config();
        if (result instanceof HealthResult.Healthy) {
            return judge(counter.probeSucceeded(state(), config.rise()), "");
        } else if (result instanceof HealthResult.Unhealthy unhealthy) {
            return judge(counter.probeFailed(state(), config.fall()), unhealthy.reason());
        } else if (result instanceof HealthResult.Inconclusive inconclusive) {
            monitor.inconclusive(backend, inconclusive.reason());
        }
        return false;
    }

    private boolean judge(Verdict.State next, String reason) {
        if (next == state()) {
            return false;
        }
        backend.judge(next == Verdict.State.UP ? Verdict.up() : Verdict.down(reason));
        monitor.log(backend);
        return true;
    }

    private Verdict.State state() {
        return backend.verdict().state();
    }

    private boolean isSettled() {
        return !counter.isChanging() && state() != Verdict.State.UNKNOWN;
    }

    private Duration interval() {
        return isSettled() ? monitor.config().interval() : monitor.config().fastInterval();
    }

    private void startAfter(long nanos) {
        next.cancel(false);
        next = monitor.control().schedule(this::start, nanos, TimeUnit.NANOSECONDS);
    }

    /** Plans the next probe again, because the intervals may have changed. */
    void replan() {
        if (!inFlight && !stopped && monitor.config().isEnabled()) {
            startAfter(schedule.afterChange(interval()));
        }
    }

    /** Ends the probes for good. A call that blocks is interrupted, because its deadline is no longer watched. */
    void stop() {
        stopped = true;
        next.cancel(false);
        lastCall.ifPresent(ProbeCall::cancel);
        monitor.limit().cancel(monitor, turn);
        endTurn();
    }

    private void endTurn() {
        if (holdsTurn) {
            holdsTurn = false;
            monitor.limit().release();
        }
    }
}

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
 * <p>Used on the control thread. {@link ProbeSchedule} computes the start of a probe, {@link ProbeCall} makes it,
 * {@link HealthCounter} counts its result. At most one probe is in flight. If the last call of the health check has not
 * returned, the next probe fails without a call. A wait for {@link ProbeLimit} does not count towards the duration of a
 * probe.
 *
 * <p>With {@code health_check = "none"} there are no probes, and failed connects change nothing.
 */
final class BackendProber {

    private static final Logger LOG = LoggerFactory.getLogger("apex.health");

    private final HealthMonitor monitor;
    private final BackendState backend;
    private final HealthCounter counter;
    private final ProbeSchedule schedule;
    /** The task of the limit. Always the same object, because a waiting task is cancelled by identity. */
    private final Runnable probe = this::callCheck;
    private boolean inFlight;
    private boolean holdsPermit;
    private boolean hasResult;
    private boolean stopped;
    private Future<?> nextStart = CompletableFuture.completedFuture(null);
    private Optional<ProbeCall> lastCall = Optional.empty();

    /** Creates the prober of a backend that was not probed before. All backends of the pool share the monitor. */
    BackendProber(HealthMonitor monitor, BackendState backend) {
        this(monitor, backend, new HealthCounter(), false);
    }

    private BackendProber(HealthMonitor monitor, BackendState backend, HealthCounter counter, boolean hasResult) {
        this.monitor = monitor;
        this.backend = backend;
        this.counter = counter;
        this.hasResult = hasResult;
        this.schedule = new ProbeSchedule(monitor.context().nanoTime(), monitor.context().random());
    }

    /**
     * Stops this prober and returns a new one with the present health check of the monitor and with the same counts. A
     * late result of the previous health check is ignored.
     */
    BackendProber replace() {
        stop();
        return new BackendProber(monitor, backend, counter, hasResult);
    }

    /** Returns whether a probe by this or an earlier health check has a result, or there are no probes. */
    boolean hasResult() {
        return hasResult || !monitor.config().isEnabled();
    }

    /** Starts a probe unless one is in flight. The probe waits if the limit is reached. */
    void start() {
        if (inFlight || stopped) {
            return;
        }
        nextStart.cancel(false);
        if (!monitor.config().isEnabled()) {
            backend.setVerdict(Verdict.unchecked());
            return;
        }
        if (state() == Verdict.State.UNCHECKED) { // a reload added a health check: up until a probe fails
            backend.setVerdict(Verdict.up());
        }
        if (!hasResult) {
            monitor.lastVerdict(backend).ifPresent(this::adopt);
        }
        inFlight = true;
        if (lastCall.filter(ProbeCall::isRunning).isPresent()) {
            schedule.start();
            onResult(HealthResult.unhealthy("the health check has not returned from an earlier call"), false);
            return;
        }
        monitor.context().probes().request(monitor, probe);
    }

    /** Continues with a verdict from before the start of this process; the first probe can change it. */
    private void adopt(Verdict verdict) {
        backend.setVerdict(verdict);
        hasResult = true;
    }

    private void callCheck() {
        holdsPermit = true;
        schedule.start();
        ProbeCall call = new ProbeCall(monitor.instance(), backend, monitor.config().timeout(),
                monitor.context().control(), this::onResult);
        lastCall = Optional.of(call);
        call.start();
    }

    private void onResult(HealthResult result) {
        releasePermit();
        onResult(result, lastCall.filter(ProbeCall::hasBegun).isPresent());
    }

    private void onResult(HealthResult result, boolean wasCalled) {
        inFlight = false;
        boolean isFirst = !hasResult;
        hasResult = true;
        long nanos = schedule.elapsedNanos();
        LOG.debug("Health check {} answered {} after {} ms", backend, result, TimeUnit.NANOSECONDS.toMillis(nanos));
        if (wasCalled) { // else the elapsed time is not that of a probe
            backend.probeTimes().add(0, nanos);
        }
        boolean changed = count(result);
        scheduleStart(schedule.afterResult(interval(), isSettled()));
        if (isFirst || changed) {
            monitor.reportVerdict(backend);
        }
    }

    /**
     * Counts a failed connect, and starts the next probe early.
     *
     * @param successes total number of successful connects to the backend before this one
     * @param reason a few words
     */
    void connectFailed(long successes, String reason) {
        if (stopped || !monitor.config().isEnabled()) {
            return;
        }
        boolean changed = changeState(counter.connectFailed(state(), successes, monitor.config().fall()), reason);
        if (!inFlight) {
            scheduleStart(schedule.afterFailedConnect());
        }
        if (changed) {
            monitor.reportVerdict(backend);
        }
    }

    /** Counts the result of a probe and returns whether the verdict has changed. */
    private boolean count(HealthResult result) {
        HealthCheckConfig config = monitor.config();
        if (result instanceof HealthResult.Healthy) {
            return changeState(counter.probeSucceeded(state(), config.rise()), "");
        } else if (result instanceof HealthResult.Unhealthy unhealthy) {
            return changeState(counter.probeFailed(state(), config.fall()), unhealthy.reason());
        } else if (result instanceof HealthResult.Inconclusive inconclusive) {
            monitor.logInconclusive(backend, inconclusive.reason());
        }
        return false;
    }

    private boolean changeState(Verdict.State next, String reason) {
        if (next == state()) {
            return false;
        }
        backend.setVerdict(next == Verdict.State.UP ? Verdict.up() : Verdict.down(reason));
        monitor.logVerdict(backend);
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

    private void scheduleStart(long nanos) {
        nextStart.cancel(false);
        nextStart = monitor.context().control().schedule(this::start, nanos, TimeUnit.NANOSECONDS);
    }

    /** Schedules the next probe again after the intervals may have changed. */
    void reschedule() {
        if (!inFlight && !stopped && monitor.config().isEnabled()) {
            scheduleStart(schedule.afterChange(interval()));
        }
    }

    /** Stops the probes permanently. Interrupts a call that blocks, because its deadline is no longer watched. */
    void stop() {
        stopped = true;
        nextStart.cancel(false);
        lastCall.ifPresent(ProbeCall::cancel);
        monitor.context().probes().cancel(monitor, probe);
        releasePermit();
    }

    private void releasePermit() {
        if (holdsPermit) {
            holdsPermit = false;
            monitor.context().probes().release();
        }
    }
}

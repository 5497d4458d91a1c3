package io.apexproxy.runtime.pool;

import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.runtime.config.HealthCheckConfig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The probes of one backend: when the next one starts, and what the last ones say, together with the connections that
 * could not be made.
 *
 * <p>Failures of both are counted together, but each kind takes back only its own by a success: a good probe may have
 * asked another port than clients do.
 *
 * <p>Lives on the control thread. At most one probe is in flight: a health check that has not returned from its last
 * call is not called again, the probe counts as failed instead.
 */
final class Probing {

    private static final Logger LOG = LoggerFactory.getLogger("apex.health");
    /** The plugin knows the timeout too; its own words for it are better than ours, so it gets a moment longer. */
    private static final long GRACE_MILLIS = 100;
    /** However many connections fail, they cause ten probes a second at most. */
    private static final long LEAST_GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Starts drift apart by up to this share of the interval, so that fleets do not probe in step. */
    private static final double JITTER = 0.1;
    /**
     * Starts lie on so many steps of an interval: waking up once for a few of many backends costs less than once for
     * each.
     */
    private static final long STEPS = 100;

    private final HealthMonitor monitor;
    private final BackendState backend;
    /** Probes in a row that speak against the verdict. */
    private int streak;
    /** Connections that failed since one was made. */
    private int failedConnects;
    /** How many connections had been made when the last one failed. */
    private long madeBefore;
    private int round;
    private long started;
    private boolean inFlight;
    private boolean answered;
    private boolean stopped;
    private Future<?> next = CompletableFuture.completedFuture(null);
    private Future<?> deadline = next;
    private Future<?> called = next;
    private Call call;

    Probing(HealthMonitor monitor, BackendState backend) {
        this.monitor = monitor;
        this.backend = backend;
        this.call = new Call(round, Duration.ZERO);
    }

    /** Goes on where this one stops, with another health check; what the old one may still say does not count. */
    Probing successor() {
        stop();
        Probing successor = new Probing(monitor, backend);
        successor.answered = answered;
        successor.streak = streak;
        successor.failedConnects = failedConnects;
        successor.madeBefore = madeBefore;
        return successor;
    }

    boolean answered() {
        return answered;
    }

    void start() {
        if (inFlight || stopped) {
            return;
        }
        next.cancel(false);
        inFlight = true;
        started = monitor.nanoTime();
        int current = ++round;
        if (call.isInside()) {
            answered(current, HealthResult.unhealthy("the health check has not returned from an earlier call"));
            return;
        }
        Duration timeout = monitor.config().timeout();
        call = new Call(current, timeout);
        deadline = monitor.control().schedule(() -> overdue(current, timeout), timeout.toMillis() + GRACE_MILLIS,
                TimeUnit.MILLISECONDS);
        try {
            called = monitor.instance().executor().submit(call);
        } catch (RejectedExecutionException e) {
            answer(current, HealthResult.unhealthy("the health check has shut down the executor that was lent to it"));
        }
    }

    /** A call that blocks is interrupted; one that did not get a thread says nothing about the backend. */
    private void overdue(int current, Duration timeout) {
        if (current != round || !inFlight) {
            return;
        }
        boolean begun = call.begun;
        called.cancel(true);
        answered(current, begun
                ? HealthResult.unhealthy("timed out after " + Durations.text(timeout))
                : HealthResult.inconclusive("all threads of the health check were occupied for "
                        + Durations.text(timeout)));
    }

    /** One call of the health check, on a thread of its instance. */
    private final class Call implements Runnable {
        private final int current;
        private final Duration timeout;
        private final HealthCheck check = monitor.instance().get();
        private volatile boolean begun;
        private volatile boolean returned;

        private Call(int current, Duration timeout) {
            this.current = current;
            this.timeout = timeout;
        }

        private boolean isInside() {
            return begun && !returned;
        }

        @Override
        public void run() {
            begun = true;
            try {
                CompletionStage<HealthResult> stage = check.probe(backend, timeout);
                if (stage == null) {
                    answer(current, HealthResult.unhealthy("the health check returned null"));
                } else {
                    stage.whenComplete((result, error) -> answer(current, resultOf(result, error)));
                }
            } catch (Throwable e) { // whatever a plugin throws is an answer, errors of linking included
                answer(current, failure(e));
            } finally {
                returned = true;
            }
        }
    }

    private void answer(int current, HealthResult result) {
        try {
            monitor.control().execute(() -> answered(current, result));
        } catch (RejectedExecutionException e) {
            LOG.trace("Health check {} answered after the end", backend, e);
        }
    }

    private HealthResult resultOf(HealthResult result, Throwable error) {
        if (error != null) {
            return failure(error instanceof CompletionException && error.getCause() != null ? error.getCause() : error);
        }
        return result != null ? result : HealthResult.unhealthy("the health check's result is null");
    }

    private HealthResult failure(Throwable error) {
        String message = error.getMessage();
        String name = error.getClass().getSimpleName();
        if (message == null || message.isBlank()) {
            message = name;
        } else if (error instanceof RuntimeException || error instanceof Error) {
            message = name + ": " + message; // of a defect in the plugin; the message may be no more than "1"
        }
        LOG.debug("Health check {} failed", backend, error);
        return HealthResult.unhealthy(message);
    }

    private void answered(int current, HealthResult result) {
        if (current != round || !inFlight || stopped) {
            return;
        }
        inFlight = false;
        deadline.cancel(false);
        boolean first = !answered;
        answered = true;
        long nanos = monitor.nanoTime() - started;
        LOG.debug("Health check {} answered {} after {} ms", backend, result, TimeUnit.NANOSECONDS.toMillis(nanos));
        if (call.current == current && call.begun) { // else nobody was asked
            backend.probeTimes().add(0, nanos);
        }
        boolean changed = observe(result);
        plan(current == 1 ? monitor.random().nextDouble() : 1 + jitter()); // the first start all together
        if (first || changed) {
            monitor.judged(backend);
        }
    }

    void connectFailed(String reason) {
        if (stopped) {
            return;
        }
        long made = backend.traffic().connections().sum();
        failedConnects = made == madeBefore ? failedConnects + 1 : 1;
        madeBefore = made;
        boolean changed = failed(reason);
        if (!inFlight) {
            schedule(started + LEAST_GAP_NANOS - monitor.nanoTime());
        }
        if (changed) {
            monitor.judged(backend);
        }
    }

    /** Counts the answer of a probe; tells whether the verdict changed. */
    private boolean observe(HealthResult result) {
        Verdict.State state = backend.verdict().state();
        HealthCheckConfig config = monitor.config();
        if (result instanceof HealthResult.Healthy) {
            if (state == Verdict.State.UP) {
                streak = 0;
            } else if (state == Verdict.State.UNKNOWN || ++streak >= config.rise()) {
                return judge(Verdict.up());
            }
        } else if (result instanceof HealthResult.Unhealthy unhealthy) {
            streak++;
            return failed(unhealthy.reason());
        } else if (result instanceof HealthResult.Inconclusive inconclusive) {
            monitor.inconclusive(backend, inconclusive.reason());
        }
        return false;
    }

    /** Judges anew after a failure that has been counted. */
    private boolean failed(String reason) {
        Verdict.State state = backend.verdict().state();
        if (state == Verdict.State.DOWN) {
            streak = 0;
            return false;
        }
        return (state == Verdict.State.UNKNOWN || streak + failedConnects >= monitor.config().fall())
                && judge(Verdict.down(reason));
    }

    private boolean judge(Verdict verdict) {
        streak = 0;
        failedConnects = 0;
        backend.judge(verdict);
        if (verdict.state() == Verdict.State.UP) {
            LOG.info("Health check {} => alive: true", backend);
        } else {
            LOG.info("Health check {} => alive: false ({})", backend, verdict.reason());
        }
        return true;
    }

    private double jitter() {
        return monitor.random().nextDouble(-JITTER, JITTER);
    }

    /**
     * The next probe starts when this share of the interval is over; a verdict that is changing has no time to lose.
     */
    private void plan(double share) {
        if (isSettled()) {
            long interval = interval().toNanos();
            schedule(inStep(started + (long) (interval * share), interval / STEPS) - monitor.nanoTime());
        } else {
            schedule(started + interval().toNanos() - monitor.nanoTime());
        }
    }

    private static long inStep(long nanos, long step) {
        return nanos - Math.floorMod(nanos, step);
    }

    private boolean isSettled() {
        return streak == 0 && backend.verdict().state() != Verdict.State.UNKNOWN;
    }

    private Duration interval() {
        return isSettled() ? monitor.config().interval() : monitor.config().fastInterval();
    }

    private void schedule(long delayNanos) {
        next.cancel(false);
        next = monitor.control().schedule(this::start, Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
    }

    /** The intervals may have changed: as after the first probe, the next ones spread over the new interval. */
    void replan() {
        if (!inFlight && !stopped) {
            schedule((long) (interval().toNanos() * monitor.random().nextDouble()));
        }
    }

    /** A call that blocks is interrupted, as nobody will look at the clock for it any more. */
    void stop() {
        stopped = true;
        next.cancel(false);
        deadline.cancel(false);
        called.cancel(true);
    }
}

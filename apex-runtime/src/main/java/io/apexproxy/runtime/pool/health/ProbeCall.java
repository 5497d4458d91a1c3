package io.apexproxy.runtime.pool.health;

import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.runtime.limit.LocalFailure;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.log.Durations;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a health check, with a deadline.
 *
 * <p>Created, started and cancelled on the control thread; the health check is called on a thread of its own instance.
 * The answer is delivered on the control thread, at most once. Whatever the health check throws or returns becomes an
 * answer.
 */
final class ProbeCall {

    private static final Logger LOG = LoggerFactory.getLogger("apex.health");
    /** The health check knows the timeout as well and describes it in more detail, so it may answer this much later. */
    private static final long GRACE_MILLIS = 100;

    private final PluginInstance<HealthCheck> instance;
    private final HealthCheck check;
    private final BackendState backend;
    private final Duration timeout;
    private final ScheduledExecutorService control;
    private final Consumer<HealthResult> answer;
    private volatile boolean begun;
    private volatile boolean returned;
    private volatile boolean ended;
    /** Whether no thread could be created for the call. */
    private boolean lacksThread;
    private Future<?> deadline = CompletableFuture.completedFuture(null);
    private Future<?> called = deadline;

    /**
     * Creates a call that has not started.
     *
     * @param instance whose health check is called, and on whose threads
     * @param backend what is probed
     * @param timeout how long the health check may take to answer
     * @param control the executor of the control thread
     * @param answer receives the result, unless the call is cancelled before
     */
    ProbeCall(PluginInstance<HealthCheck> instance, BackendState backend, Duration timeout,
            ScheduledExecutorService control, Consumer<HealthResult> answer) {
        this.instance = instance;
        this.check = instance.get();
        this.backend = backend;
        this.timeout = timeout;
        this.control = control;
        this.answer = answer;
    }

    /** Starts the call; called once. Never answers before it returns. */
    void start() {
        deadline = control.schedule(this::expire, timeout.toMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS);
        try {
            called = instance.executor().submit(this::call);
        } catch (OutOfMemoryError e) { // a thread that exists takes the call, if it can before the deadline
            LOG.debug("Health check {} got no thread", backend, e);
            lacksThread = true;
        } catch (RejectedExecutionException e) {
            report(HealthResult.unhealthy("the health check has shut down the executor that was lent to it"));
        }
    }

    /** Whether the health check has been called. */
    boolean hasBegun() {
        return begun;
    }

    /** Whether the health check has been called and has not returned, be it after the deadline. */
    boolean isInside() {
        return begun && !returned;
    }

    /** Ends the call without an answer. A call that blocks is interrupted. */
    void cancel() {
        ended = true;
        deadline.cancel(false);
        called.cancel(true);
    }

    /** A call that blocks is interrupted. One that has not got a thread says nothing about the backend. */
    private void expire() {
        if (ended) {
            return;
        }
        boolean wasCalled = begun;
        called.cancel(true);
        end(wasCalled
                ? HealthResult.unhealthy("timed out after " + Durations.text(timeout))
                : HealthResult.inconclusive(lacksThread ? "the system has no thread left"
                        : "all threads of the health check were occupied for " + Durations.text(timeout)));
    }

    private void call() {
        if (ended) { // queued without a future that could be cancelled, when no thread could be created
            return;
        }
        begun = true;
        try {
            CompletionStage<HealthResult> stage = check.probe(backend, timeout);
            if (stage == null) {
                report(HealthResult.unhealthy("the health check returned null"));
            } else {
                stage.whenComplete((result, error) -> report(resultOf(result, error)));
            }
        } catch (Throwable e) { // whatever a plugin throws is an answer, errors of linking included
            report(failure(e));
        } finally {
            returned = true;
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
            message = name + ": " + message; // a defect of the plugin, whose message may be no more than "1"
        }
        LOG.debug("Health check {} failed", backend, error);
        return LocalFailure.is(error) ? HealthResult.inconclusive(message) : HealthResult.unhealthy(message);
    }

    private void report(HealthResult result) {
        HealthResult clean = clean(result);
        try {
            control.execute(() -> end(clean));
        } catch (RejectedExecutionException e) {
            LOG.trace("Health check {} answered after the end", backend, e);
        }
    }

    /** The reason goes to the log and the status page. */
    private static HealthResult clean(HealthResult result) {
        if (result instanceof HealthResult.Unhealthy unhealthy) {
            return HealthResult.unhealthy(CleanText.piece(unhealthy.reason()));
        }
        return result instanceof HealthResult.Inconclusive inconclusive
                ? HealthResult.inconclusive(CleanText.piece(inconclusive.reason())) : result;
    }

    private void end(HealthResult result) {
        if (!ended) {
            ended = true;
            deadline.cancel(false);
            answer.accept(result);
        }
    }
}

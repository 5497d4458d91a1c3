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
import java.util.concurrent.ExecutionException;
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
 * The result is delivered on the control thread, at most once. Exceptions and null become unhealthy or inconclusive
 * results.
 */
final class ProbeCall {

    private static final Logger LOG = LoggerFactory.getLogger("apex.health");
    /** Added to the deadline, because the health check applies the timeout itself and gives a more detailed reason. */
    private static final long GRACE_MILLIS = 100;

    private final PluginInstance<HealthCheck> instance;
    private final HealthCheck check;
    private final BackendState backend;
    private final Duration timeout;
    private final ScheduledExecutorService control;
    private final Consumer<HealthResult> onResult;
    private volatile boolean begun;
    private volatile boolean returned;
    private volatile boolean ended;
    /** Whether the system could not create a thread for the call. */
    private boolean lacksThread;
    private Future<?> deadline = CompletableFuture.completedFuture(null);
    private Future<?> task = deadline;

    /**
     * Creates a call that has not started.
     *
     * @param instance the health check and its threads
     * @param backend the backend to probe
     * @param timeout the time limit of the probe
     * @param control the executor of the control thread
     * @param onResult receives the result, unless the call is cancelled before
     */
    ProbeCall(PluginInstance<HealthCheck> instance, BackendState backend, Duration timeout,
            ScheduledExecutorService control, Consumer<HealthResult> onResult) {
        this.instance = instance;
        this.check = instance.get();
        this.backend = backend;
        this.timeout = timeout;
        this.control = control;
        this.onResult = onResult;
    }

    /** Starts the call; called once. The result is never delivered before this method returns. */
    void start() {
        deadline = control.schedule(this::onDeadline, timeout.toMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS);
        try {
            task = instance.executor().submit(this::call);
        } catch (OutOfMemoryError e) { // an existing thread can still run the queued call before the deadline
            LOG.debug("Health check {}: the system has no thread left", backend, e);
            lacksThread = true;
        } catch (RejectedExecutionException e) {
            report(HealthResult.unhealthy("the health check has shut down the executor of its instance"));
        }
    }

    /** Returns whether the health check has been called. */
    boolean hasBegun() {
        return begun;
    }

    /** Returns whether the health check has been called and has not returned, even after the deadline. */
    boolean isRunning() {
        return begun && !returned;
    }

    /** Ends the call without a result. Interrupts a call that blocks. */
    void cancel() {
        ended = true;
        deadline.cancel(false);
        task.cancel(true);
    }

    /** Interrupts a call that blocks. A call that did not get a thread is not an observation about the backend. */
    private void onDeadline() {
        if (ended) {
            return;
        }
        boolean wasCalled = begun;
        task.cancel(true);
        end(wasCalled
                ? HealthResult.unhealthy("timed out after " + Durations.text(timeout))
                : HealthResult.inconclusive(lacksThread ? "the system has no thread left"
                        : "all threads of the health check were occupied for " + Durations.text(timeout)));
    }

    private void call() {
        if (ended) { // queued without a future to cancel, because no thread could be created
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
        } catch (Throwable e) { // a plugin can throw anything, including LinkageError
            report(failure(e));
        } finally {
            returned = true;
        }
    }

    private HealthResult resultOf(HealthResult result, Throwable error) {
        if (error != null) {
            boolean isWrapper = error instanceof CompletionException || error instanceof ExecutionException;
            return failure(isWrapper && error.getCause() != null ? error.getCause() : error);
        }
        return result != null ? result : HealthResult.unhealthy("the health check's result is null");
    }

    private HealthResult failure(Throwable error) {
        String message = error.getMessage();
        String name = error.getClass().getSimpleName();
        if (message == null || message.isBlank()) {
            message = name;
        } else if (error instanceof RuntimeException || error instanceof Error) {
            message = name + ": " + message; // a defect of the plugin; its message alone can be as short as "1"
        }
        LOG.debug("Health check {} failed", backend, error);
        return LocalFailure.is(error) ? HealthResult.inconclusive(message) : HealthResult.unhealthy(message);
    }

    private void report(HealthResult result) {
        HealthResult clean = clean(result);
        try {
            control.execute(() -> end(clean));
        } catch (RejectedExecutionException e) {
            LOG.trace("Health check {} answered after shutdown; result ignored", backend, e);
        }
    }

    /** Cleans the reason, which the log and the status page show. */
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
            onResult.accept(result);
        }
    }
}

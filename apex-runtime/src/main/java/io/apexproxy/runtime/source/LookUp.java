package io.apexproxy.runtime.source;

import io.apexproxy.api.source.BackendSource;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.log.FailureText;
import io.apexproxy.runtime.plugin.GuardedCall;
import io.apexproxy.runtime.plugin.PluginInstance;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a source, with a deadline.
 *
 * <p>Created, started and cancelled on the control thread; the source is called on a thread of its own instance, which
 * also reads the answer. The result is delivered on the control thread, at most once.
 */
final class LookUp {

    private static final Logger LOG = LoggerFactory.getLogger("apex.source");

    /** The result of a look-up. */
    sealed interface Result {
    }

    /**
     * A valid answer.
     *
     * @param answer the answer of the source
     * @param backends its backends; the same list as that of the previous answer if it is equal
     */
    record Found(BackendSource.Answer answer, List<BackendConfig> backends) implements Result {
    }

    /**
     * A look-up without an answer.
     *
     * @param cause the kind of failure
     * @param reason the reason, fit for a log line
     */
    record Failed(FailureCause cause, String reason) implements Result {
    }

    private final PluginInstance<BackendSource> instance;
    private final ScheduledExecutorService control;
    private final Consumer<Result> onResult;
    private final Optional<Runnable> onReport;
    private final Optional<Found> previous;
    private volatile boolean begun;
    private volatile boolean returned;
    private boolean ended;
    private Future<?> task = CompletableFuture.completedFuture(null);
    private Future<?> deadline = task;

    /**
     * Creates a look-up that has not started.
     *
     * @param previous the previous answer of the source, which is not read again if it is repeated
     * @param onReport for the first look-up of a source: receives its reports of changes, on any thread
     * @param onResult receives the result, unless the look-up is cancelled before
     */
    LookUp(PluginInstance<BackendSource> instance, ScheduledExecutorService control, Optional<Found> previous,
            Optional<Runnable> onReport, Consumer<Result> onResult) {
        this.previous = previous;
        this.onReport = onReport;
        this.instance = instance;
        this.control = control;
        this.onResult = onResult;
    }

    /** Starts the call; called once. The result is never delivered before this method returns. */
    void start() {
        long millis = GuardedCall.TIME_LIMIT.toMillis();
        deadline = control.schedule(this::onDeadline, millis, TimeUnit.MILLISECONDS);
        try {
            task = instance.executor().submit(this::call);
        } catch (OutOfMemoryError e) { // an existing thread can still run the queued call before the deadline
            LOG.debug("The system has no thread left for a look-up", e);
        } catch (RejectedExecutionException e) {
            report(new Failed(FailureCause.DEFECT, "it has shut down the executor that was lent to it"));
        }
    }

    /** Returns whether the source can still be in the call, even after the deadline. */
    boolean isRunning() {
        return begun && !returned;
    }

    /** Ends the look-up without a result. Interrupts the call. */
    void cancel() {
        ended = true;
        deadline.cancel(false);
        task.cancel(true);
    }

    private void onDeadline() {
        task.cancel(true);
        end(new Failed(FailureCause.TIMEOUT,
                "find() has not returned for " + GuardedCall.TIME_LIMIT.toSeconds() + " s"));
    }

    private void call() {
        begun = true;
        onReport.ifPresent(this::watch);
        Result result = find();
        returned = true;
        report(result);
    }

    private void watch(Runnable receiver) {
        try {
            instance.get().watch(receiver);
        } catch (Throwable e) { // a plugin can throw anything; without reports, the source is called periodically
            LOG.warn("A backend source cannot watch for changes: {}; it is called periodically",
                    FailureText.oneLine(e));
        }
    }

    private Result find() {
        try {
            BackendSource.Answer answer = instance.get().find();
            return answer == null ? new Failed(FailureCause.DEFECT, "find() returned null")
                    : new Found(answer, read(answer));
        } catch (InvalidAnswerException e) {
            return new Failed(FailureCause.INVALID, e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.debug("A source has thrown", e);
            return new Failed(FailureCause.DEFECT, "find() threw " + FailureText.oneLine(e));
        } catch (Exception e) {
            LOG.debug("A source has failed", e);
            String message = CleanText.of(e, Throwable::getMessage);
            return new Failed(FailureCause.FAILED, message);
        }
    }

    private List<BackendConfig> read(BackendSource.Answer answer) throws InvalidAnswerException {
        Optional<Found> same = previous.filter(found -> found.answer().backends().equals(answer.backends()));
        return same.isPresent() ? same.get().backends() : AnswerReader.read(answer.backends());
    }

    private void report(Result result) {
        try {
            control.execute(() -> end(result));
        } catch (RejectedExecutionException e) {
            LOG.trace("A source answered after shutdown; result ignored", e);
        }
    }

    private void end(Result result) {
        if (!ended) {
            ended = true;
            deadline.cancel(false);
            onResult.accept(result);
        }
    }
}

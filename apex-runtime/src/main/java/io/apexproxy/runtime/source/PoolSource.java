package io.apexproxy.runtime.source;

import io.apexproxy.api.source.BackendSource;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.PoolConfig.Discovery;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.pool.Pool;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source of one pool: calls the plugin when an answer expires, when it reports a change and when the pool needs
 * backends, and gives the backends to the pool.
 *
 * <p>Used on the control thread, except {@link #status} and {@link #demand}.
 */
final class PoolSource {

    private static final Logger LOG = LoggerFactory.getLogger("apex.source");

    private final Pool pool;
    private final SourceContext context;
    private final FoundSet found;
    private final SourceLog log;
    private final AnswerStore store;
    private final Map<FailureCause, Long> failures = new EnumMap<>(FailureCause.class);
    private final AtomicBoolean isDemanded = new AtomicBoolean();
    private final AtomicBoolean isReported = new AtomicBoolean();
    private PluginInstance<BackendSource> instance;
    private Discovery settings;
    private Optional<LookUp> lookUp = Optional.empty();
    private Optional<LookUp.Found> latest = Optional.empty();
    private Future<?> next = CompletableFuture.completedFuture(null);
    private Future<?> expiry = next;
    private Future<?> startTimeout = next;
    private long nextAt;
    private long lastBegin;
    private int failuresInRow;
    private boolean watched;
    /** Whether a change was reported after the look-up in progress had begun. */
    private boolean isReportedAgain;
    private Optional<Instant> lastAnswer = Optional.empty();
    private String problem = "";
    private boolean closed;
    private volatile SourceStatus status;

    /** Creates the source of a pool; {@link #start} calls the plugin. */
    PoolSource(Pool pool, Discovery settings, PluginInstance<BackendSource> instance, SourceContext context) {
        this.pool = pool;
        this.settings = settings;
        this.instance = instance;
        this.context = context;
        this.found = new FoundSet(settings, now());
        this.log = new SourceLog(pool.name(), settings.source().provider());
        this.store = new AnswerStore(context.directory(), pool.name());
        updateStatus();
    }

    private long now() {
        return context.nanoTime().getAsLong();
    }

    PluginInstance<BackendSource> instance() {
        return instance;
    }

    /** Returns the current state. Any thread. */
    SourceStatus status() {
        return status;
    }

    /** Gives the stored answer of an earlier process to the pool, if there is one, and calls the plugin. */
    void start() {
        pool.onDemand(this::demand);
        restore();
        startTimeout = schedule(this::onStartTimeout, settings.startTimeout().toNanos());
        begin();
    }

    private void restore() {
        List<BackendConfig> backends = store.restore(settings.source());
        if (!backends.isEmpty()) {
            found.accept(backends, now());
            pool.setFound(found.backends());
            updateStatus();
        }
    }

    private void onStartTimeout() {
        if (pool.awaitsSource()) {
            log.startTimedOut(settings);
            pool.endSourceWait();
        }
    }

    /**
     * Changes the settings of the policy and, if it is another one, the plugin. The backends stay until its answer.
     *
     * @return the replaced plugin, which the caller closes
     */
    Optional<PluginInstance<BackendSource>> configure(Discovery changed, PluginInstance<BackendSource> nextInstance) {
        settings = changed;
        found.configure(changed);
        if (nextInstance == instance) {
            scheduleExpiry();
            return Optional.empty();
        }
        PluginInstance<BackendSource> previous = instance;
        instance = nextInstance;
        lookUp.ifPresent(LookUp::cancel);
        lookUp = Optional.empty();
        latest = Optional.empty();
        watched = false;
        failures.clear();
        failuresInRow = 0;
        problem = "";
        lastAnswer = Optional.empty();
        log.replaced(changed.source().provider());
        updateStatus();
        begin();
        return Optional.of(previous);
    }

    /** Requests a look-up because the pool or a connection has no backend or a connect has failed. Any thread. */
    private void demand() {
        request(isDemanded, LookUpSchedule.DEMAND_NANOS);
    }

    /** Combines the requests that arrive until the control thread handles the first. */
    private void request(AtomicBoolean isPending, long pause) {
        if (isPending.compareAndSet(false, true)) {
            try {
                context.control().execute(() -> {
                    isPending.set(false);
                    onRequest(pause);
                });
            } catch (RejectedExecutionException e) {
                LOG.trace("Look-up requested after shutdown; ignored", e);
            }
        }
    }

    private void onRequest(long pause) {
        if (closed) {
            return;
        }
        if (lookUp.isPresent()) {
            isReportedAgain |= pause == LookUpSchedule.REPORT_NANOS;
            return;
        }
        long delay = LookUpSchedule.onDemand(pause, lastBegin, now());
        if (now() + delay - nextAt < 0) {
            scheduleNext(delay);
        }
    }

    private void scheduleNext(long delay) {
        next.cancel(false);
        nextAt = now() + delay;
        next = schedule(this::begin, delay);
    }

    private Future<?> schedule(Runnable task, long nanos) {
        return context.control().schedule(() -> {
            if (!closed) {
                task.run();
            }
        }, nanos, TimeUnit.NANOSECONDS);
    }

    private void begin() {
        next.cancel(false);
        lastBegin = now();
        isReportedAgain = false;
        Optional<Runnable> reports = watched ? Optional.empty()
                : Optional.of(() -> request(isReported, LookUpSchedule.REPORT_NANOS));
        watched = true;
        LookUp begun = new LookUp(instance, context.control(), latest, reports, this::onResult);
        lookUp = Optional.of(begun);
        begun.start();
    }

    private void onResult(LookUp.Result result) {
        if (closed) {
            return;
        }
        LookUp over = lookUp.orElseThrow();
        if (result instanceof LookUp.Found answer) {
            lookUp = Optional.empty();
            onAnswer(answer);
            scheduleNext(isReportedAgain ? LookUpSchedule.onDemand(LookUpSchedule.REPORT_NANOS, lastBegin, now())
                    : LookUpSchedule.afterAnswer(answer.answer().validFor(), settings, context.random()));
        } else if (result instanceof LookUp.Failed failed) {
            onFailure(failed);
            awaitReturn(over);
        }
        scheduleExpiry();
        updateStatus();
    }

    /** Schedules the next look-up when the source has returned from a call that was given up. */
    private void awaitReturn(LookUp over) {
        if (over.isRunning()) {
            schedule(() -> awaitReturn(over), LookUpSchedule.DEMAND_NANOS);
        } else if (lookUp.equals(Optional.of(over))) {
            lookUp = Optional.empty();
            scheduleNext(LookUpSchedule.afterFailure(failuresInRow, settings, context.random()));
        }
    }

    private void onAnswer(LookUp.Found answer) {
        latest = Optional.of(answer);
        failuresInRow = 0;
        boolean wasStale = found.isStale();
        FoundSet.Change change = found.accept(answer.backends(), now());
        problem = change.keptForEmpty() ? "found no backends; those of the last answer are kept" : "";
        lastAnswer = Optional.of(Instant.now());
        log.answered(change, answer.backends().isEmpty() ? found.backends() : answer.backends(), settings, now());
        if (!change.isEmpty() || wasStale || pool.awaitsSource()) {
            log.removed(found.removeMissing(now()), settings); // keep_missing can be zero
            pool.setFound(found.backends());
        }
        if (!change.isEmpty()) {
            store.store(settings.source(), answer.backends(), instance.executor());
        }
    }

    private void onFailure(LookUp.Failed failed) {
        failuresInRow++;
        failures.merge(failed.cause(), 1L, Long::sum);
        problem = failed.reason();
        log.failed(failed, found.backends(), now());
    }

    private void scheduleExpiry() {
        expiry.cancel(false);
        OptionalLong at = found.nextExpiry();
        if (at.isPresent()) {
            expiry = schedule(this::onExpiry, Math.max(0, at.getAsLong() - now()));
        }
    }

    private void onExpiry() {
        List<BackendConfig> removed = found.removeMissing(now());
        log.removed(removed, settings);
        boolean becameStale = found.becomesStale(now());
        if (becameStale && found.size() > 0) {
            log.becameStale(found.backends(), settings);
        }
        if (becameStale || !removed.isEmpty()) {
            pool.setFound(found.backends());
            updateStatus();
        }
        scheduleExpiry();
    }

    private void updateStatus() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (FailureCause cause : FailureCause.values()) {
            counts.put(cause.label(), failures.getOrDefault(cause, 0L));
        }
        int missing = found.missing();
        status = new SourceStatus(settings.source().provider(), found.size() - missing, missing, lastAnswer,
                found.isStale(), problem, counts);
    }

    /** Ends the look-ups. The caller closes the plugin. */
    void close() {
        closed = true;
        lookUp.ifPresent(LookUp::cancel);
        next.cancel(false);
        expiry.cancel(false);
        startTimeout.cancel(false);
    }
}

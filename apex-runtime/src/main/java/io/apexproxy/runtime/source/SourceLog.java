package io.apexproxy.runtime.source;

import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.PoolConfig.Discovery;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.log.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one source: a line for each change of its backends and for each change of its state, none for a look-up.
 * Used on the control thread only.
 */
final class SourceLog {

    private static final Logger LOG = LoggerFactory.getLogger("apex.source");
    /** The shortest time between two lines about different reasons of failures in a row. */
    private static final long REASON_NANOS = Duration.ofSeconds(10).toNanos();

    private final String pool;
    private String provider;
    private boolean hasAnswer;
    private boolean keptEmpty;
    private String reason = "";
    private long failingSince;
    private long lastLine;

    SourceLog(String pool, String provider) {
        this.pool = pool;
        this.provider = provider;
    }

    /** Begins the log of another source of the pool. */
    void replaced(String nextProvider) {
        provider = nextProvider;
        hasAnswer = false;
        keptEmpty = false;
        reason = "";
    }

    void answered(FoundSet.Change change, List<BackendConfig> backends, Discovery settings, long now) {
        if (!reason.isEmpty()) {
            LOG.info("pools.{}: {} answers again after {}", pool, provider,
                    Durations.rounded(Duration.ofNanos(now - failingSince)));
            reason = "";
        }
        if (change.keptForEmpty() && !keptEmpty) {
            LOG.warn("pools.{}: {} found no backends; keeping {} of its last answer (when_empty = \"keep\")", pool,
                    provider, count(backends));
        } else if (keptEmpty && !change.keptForEmpty()) {
            LOG.info("pools.{}: {} finds backends again", pool, provider);
        }
        keptEmpty = change.keptForEmpty();
        if (!hasAnswer && !keptEmpty) {
            hasAnswer = true;
            if (backends.isEmpty()) {
                LOG.warn("pools.{}: {} found no backends", pool, provider);
            } else {
                LOG.info("pools.{}: {} found {}: [{}]", pool, provider, count(backends),
                        CleanText.list(names(backends, "")));
            }
            if (!change.missing().isEmpty()) { // of an earlier source or process
                logChange(change, settings);
            }
        } else if (!change.isEmpty()) {
            logChange(change, settings);
        }
    }

    private void logChange(FoundSet.Change change, Discovery settings) {
        List<String> parts = new ArrayList<>(names(change.added(), "+"));
        parts.addAll(names(change.missing(), "-"));
        parts.addAll(names(change.changed(), "~"));
        LOG.info("pools.{}: {} found changes: {}{}", pool, provider, String.join(" ", CleanText.named(parts)),
                change.missing().isEmpty() ? "" : "; missing ones get no new connections and are removed after "
                        + Durations.text(settings.keepMissing()));
    }

    /** Returns the number of backends with the noun. */
    static String count(List<BackendConfig> backends) {
        return backends.size() + (backends.size() == 1 ? " backend" : " backends");
    }

    private static List<String> names(List<BackendConfig> backends, String sign) {
        return backends.stream().map(backend -> sign + backend.name()).toList();
    }

    void failed(LookUp.Failed failure, List<BackendConfig> backends, long now) {
        boolean begins = reason.isEmpty();
        if (begins) {
            failingSince = now;
        } else if (reason.equals(failure.reason()) || now - lastLine < REASON_NANOS) {
            return;
        }
        reason = failure.reason();
        lastLine = now;
        LOG.warn("pools.{}: {} has no answer: {}; {}", pool, provider, reason,
                backends.isEmpty() ? "the pool has no backends of it"
                        : "keeping " + count(backends) + " of its last answer");
    }

    void removed(List<BackendConfig> backends, Discovery settings) {
        if (!backends.isEmpty()) {
            LOG.info("pools.{}: removed after {} without them in an answer of {}: {}", pool,
                    Durations.text(settings.keepMissing()), provider, CleanText.list(names(backends, "")));
        }
    }

    void becameStale(List<BackendConfig> backends, Discovery settings) {
        LOG.error("pools.{}: no answer of {} for {} (keep_stale): no new connections for {} of its last answer", pool,
                provider, Durations.text(settings.keepStale().orElseThrow()), count(backends));
    }

    void startTimedOut(Discovery settings) {
        LOG.warn("pools.{}: no answer of {} within {} (start_timeout): starting without its backends", pool, provider,
                Durations.text(settings.startTimeout()));
    }
}

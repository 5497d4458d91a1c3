package io.apexproxy.runtime.control;

import io.apexproxy.api.ConfigException;
import io.apexproxy.runtime.snapshot.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of the configuration: the number of applied and rejected ones, the result of the last one, and the log of
 * mistakes. Any thread, except {@link #warnOfOverrides}.
 */
public final class ReloadHistory {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    /** Log lines about overrides without effect, for each change. */
    private static final int MAX_WARNINGS = 10;

    private final AtomicReference<Snapshot.ReloadView> view =
            new AtomicReference<>(new Snapshot.ReloadView(0, 0, Instant.now(), ""));
    /** The overrides without effect that were logged last. */
    private List<String> unusedOverrides = List.of();

    public Snapshot.ReloadView view() {
        return view.get();
    }

    public void succeeded() {
        view.updateAndGet(past -> new Snapshot.ReloadView(past.succeeded() + 1, past.failed(), Instant.now(), ""));
    }

    /** Records a rejected change and its reason. */
    public void failed(String error) {
        view.updateAndGet(past -> new Snapshot.ReloadView(past.succeeded(), past.failed() + 1, Instant.now(), error));
    }

    /** Records and logs a change that is rejected because of mistakes. */
    public void rejected(ConfigException problem) {
        failed(problem.getMessage());
        if (problem.problems().size() == 1) {
            LOG.error("Configuration not changed, the previous one stays in force: {}", problem.getMessage());
        } else {
            LOG.error("Configuration not changed, the previous one stays in force; its mistakes follow");
            problem.problems().forEach(mistake -> LOG.error("{}", mistake));
        }
    }

    /** Logs the overrides that have no effect, unless the last configuration had the same. By one thread at a time. */
    public void warnOfOverrides(List<String> unused) {
        if (!unused.equals(unusedOverrides)) {
            unused.stream().limit(MAX_WARNINGS).forEach(LOG::warn);
            if (unused.size() > MAX_WARNINGS) {
                LOG.warn("{} more overrides have no effect", unused.size() - MAX_WARNINGS);
            }
            unusedOverrides = unused;
        }
    }
}

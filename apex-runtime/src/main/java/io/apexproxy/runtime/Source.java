package io.apexproxy.runtime;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigSourceProvider;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.read.SourceSelections;
import io.apexproxy.runtime.config.tree.ExpandedTree;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.Variables;
import io.apexproxy.runtime.limit.LocalFailure;
import io.apexproxy.runtime.log.FailureText;
import io.apexproxy.runtime.plugin.GuardedCall;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A configuration source with guarded calls of its plugin. Every load returns a tree or throws a
 * {@link ConfigException} within a time limit, even if the plugin blocks or fails.
 */
final class Source implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex");

    private final ProviderConfig selection;
    private final PluginInstance<ConfigSource> instance;
    private final Duration timeLimit;
    @GuardedBy("this")
    private Optional<GuardedCall<?>> last = Optional.empty();
    /** How many loads have begun. */
    private final AtomicLong loads = new AtomicLong();
    /** The number of the latest load that delivered something. */
    private volatile long delivered;
    private volatile boolean closed;

    /**
     * A change that the plugin reported.
     *
     * @param tree the new content of the source
     * @param loads the number of loads that had begun when the plugin reported it
     */
    record Report(ExpandedTree tree, long loads) {
    }

    /** Receives the reports of a source. */
    interface Observer {

        void changed(Report report);

        void failed(ConfigException problem);
    }

    Source(ProviderConfig selection, PluginInstance<ConfigSource> instance, Duration timeLimit) {
        this.selection = selection;
        this.instance = instance;
        this.timeLimit = timeLimit;
    }

    /** Creates the source that is selected; nothing is read yet. */
    static Source create(ProviderRegistry registry, ProviderConfig selection, Path directory) {
        return new Source(selection,
                registry.create(ConfigSourceProvider.class, selection, directory, ConfigSourceProvider::create),
                GuardedCall.TIME_LIMIT);
    }

    ProviderConfig selection() {
        return selection;
    }

    /** Reads the source, and replaces the variables in a file. */
    ExpandedTree load() {
        long number = loads.incrementAndGet();
        ConfigTree.Table tree = call("load()", () -> instance.get().load());
        if (tree == null) {
            throw defect("load() returned null");
        }
        ExpandedTree expanded = expand(tree);
        delivered = number;
        return expanded;
    }

    private ExpandedTree expand(ConfigTree.Table tree) {
        return SourceSelections.isFile(selection) ? Variables.expand(tree, System.getenv()) : ExpandedTree.of(tree);
    }

    /** Returns whether a load that began after the report has returned a tree. The report is then outdated. */
    boolean outdates(Report report) {
        return delivered > report.loads();
    }

    /** Starts to watch the source. If that fails, logs the reason; a reload still reads the source. */
    void watch(Observer observer) {
        try {
            call("watch()", () -> {
                instance.get().watch(new GuardedObserver(observer));
                return true;
            });
        } catch (ConfigException | UncheckedIOException e) {
            if (!closed) { // closed: another source has replaced it
                LOG.error("{}; changes are not noticed; SIGHUP reads the configuration again", e.getMessage());
            }
        }
    }

    private <T> T call(String what, Callable<T> call) {
        GuardedCall<T> guarded = new GuardedCall<>(call, late -> {});
        begin(guarded);
        Optional<Future<?>> task = Optional.empty();
        try {
            task = Optional.of(instance.executor().submit(guarded));
            return guarded.result(timeLimit);
        } catch (RejectedExecutionException e) {
            throw defect("has shut down the executor that was lent to it");
        } catch (ExecutionException e) {
            throw failed(what, e.getCause());
        } catch (TimeoutException e) {
            throw defect(what + " has not returned for " + timeLimit.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw defect(what + " was interrupted");
        } finally {
            guarded.giveUp(); // without effect after the call has returned
            task.ifPresent(submitted -> submitted.cancel(false)); // takes it off the queue
        }
    }

    /** A plugin is never called concurrently. */
    private synchronized void begin(GuardedCall<?> next) {
        if (last.isPresent() && !last.get().isOver()) {
            throw defect("has not returned from an earlier call");
        }
        last = Optional.of(next);
    }

    private RuntimeException failed(String what, Throwable cause) {
        if (cause instanceof ConfigException problems) {
            return Problems.clean(problems);
        }
        if (LocalFailure.is(cause)) {
            return LocalFailure.exception(selection.origin() + ": " + place() + what, FailureText.oneLine(cause));
        }
        LOG.debug("{}: {} failed", selection.path(), what, cause);
        return defect(what + " threw " + FailureText.oneLine(cause));
    }

    private ConfigException defect(String what) {
        return Problems.exception(selection.origin(), place() + what);
    }

    private String place() {
        return selection.path() + ": configuration source '" + selection.provider() + "': ";
    }

    @Override
    public void close() {
        closed = true;
        instance.close();
    }

    /** Filters null values and reports after {@link #close}. */
    private final class GuardedObserver implements ConfigSource.Observer {
        private final Observer observer;

        private GuardedObserver(Observer observer) {
            this.observer = observer;
        }

        @Override
        public void changed(ConfigTree.Table tree) {
            if (tree == null) {
                failed(defect("reported null as a change"));
            } else if (!closed) {
                report(tree);
            }
        }

        private void report(ConfigTree.Table tree) {
            Report report;
            try {
                report = new Report(expand(tree), loads.get());
            } catch (ConfigException e) {
                observer.failed(e);
                return;
            }
            observer.changed(report);
        }

        @Override
        public void failed(ConfigException problem) {
            if (!closed) {
                observer.failed(problem == null ? defect("reported null as a failure") : Problems.clean(problem));
            }
        }
    }
}

package io.apexproxy.runtime;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigSourceProvider;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.log.FailureText;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A configuration source with guarded calls of its plugin. Every load returns a tree or throws a
 * {@link ConfigException} within a time limit, even if the plugin blocks or fails.
 */
final class Source implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    /** A store on the network may need a few attempts; a start that waits longer than this looks dead. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ProviderConfig selection;
    private final PluginInstance<ConfigSource> instance;
    private final Duration patience;
    /** Whether the plugin is inside of a call: it is never called concurrently. */
    private final AtomicBoolean calling = new AtomicBoolean();
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
    record Report(ConfigTree.Table tree, long loads) {
    }

    /** Receives the reports of a source. */
    interface Observer {

        void changed(Report report);

        void failed(ConfigException problem);
    }

    Source(ProviderConfig selection, PluginInstance<ConfigSource> instance, Duration patience) {
        this.selection = selection;
        this.instance = instance;
        this.patience = patience;
    }

    /** Creates the source that is selected; nothing is read yet. */
    static Source create(ProviderRegistry registry, ProviderConfig selection, Path directory) {
        return new Source(selection,
                registry.create(ConfigSourceProvider.class, selection, directory, ConfigSourceProvider::create),
                PATIENCE);
    }

    ProviderConfig selection() {
        return selection;
    }

    ConfigTree.Table load() {
        long number = loads.incrementAndGet();
        ConfigTree.Table tree = call("load()", () -> instance.get().load());
        if (tree == null) {
            throw defect("load() returned null");
        }
        delivered = number;
        return tree;
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
        } catch (ConfigException e) {
            if (!closed) { // else another source took its place before it was watched
                LOG.error("{}; changes are not seen, SIGHUP reads the configuration again", e.getMessage());
            }
        }
    }

    private <T> T call(String what, Callable<T> call) {
        if (!calling.compareAndSet(false, true)) {
            throw defect("has not returned from an earlier call");
        }
        AtomicBoolean decided = new AtomicBoolean(); // that it begins, or that it never will
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            Future<?> task = instance.executor().submit(() -> {
                if (decided.compareAndSet(false, true)) {
                    run(call, result);
                }
            });
            return outcome(what, result, task);
        } catch (RejectedExecutionException e) {
            throw defect("has shut down the executor that was lent to it");
        } finally {
            if (decided.compareAndSet(false, true)) {
                calling.set(false);
            }
        }
    }

    private <T> void run(Callable<T> call, CompletableFuture<T> result) {
        Runnable outcome;
        try {
            T value = call.call();
            outcome = () -> result.complete(value);
        } catch (Throwable e) { // a plugin's code: anything may come out of it
            outcome = () -> result.completeExceptionally(e);
        }
        calling.set(false); // first, as whoever gets the result may call again
        outcome.run();
    }

    private <T> T outcome(String what, CompletableFuture<T> result, Future<?> task) {
        try {
            return result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ConfigException problems) {
                throw Problems.clean(problems);
            }
            LOG.debug("{}: {} failed", selection.path(), what, e.getCause());
            throw defect(what + " threw " + FailureText.oneLine(e.getCause()));
        } catch (TimeoutException e) {
            task.cancel(true);
            throw defect(what + " has not returned for " + patience.toSeconds() + " s");
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw defect(what + " was interrupted");
        }
    }

    private ConfigException defect(String what) {
        return Problems.exception(selection.origin(), selection.path() + ": configuration source '"
                + selection.provider() + "': " + what);
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
                observer.changed(new Report(tree, loads.get()));
            }
        }

        @Override
        public void failed(ConfigException problem) {
            if (!closed) {
                observer.failed(problem == null ? defect("reported null as a failure") : Problems.clean(problem));
            }
        }
    }
}

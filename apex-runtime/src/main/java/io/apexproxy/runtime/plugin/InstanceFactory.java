package io.apexproxy.runtime.plugin;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Provider;
import io.apexproxy.runtime.config.Problems;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.TreeSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a provider make an instance, and makes sense of whatever comes out of it.
 *
 * @param <P> the kind of provider
 * @param <T> what it makes
 */
final class InstanceFactory<P extends Provider, T extends AutoCloseable> {

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");
    /** Enough to read files or to ask a server; a start that says nothing for longer than this looks dead. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RegisteredProvider registered;
    private final P provider;
    private final Creation<P, T> creation;
    private final Duration patience;

    InstanceFactory(RegisteredProvider registered, Class<P> kind, Creation<P, T> creation, Duration patience) {
        this.registered = registered;
        this.provider = kind.cast(registered.provider());
        this.creation = creation;
        this.patience = patience;
    }

    /**
     * Makes an instance, unless there is a problem; then all that was found is thrown and nothing is left running. The
     * provider is called on a thread of its own, which is given up if it does not return.
     */
    PluginInstance<T> create(ProviderConfig selection, Path baseDirectory) {
        PluginExecutor executor = new PluginExecutor(registered.threadName(), registered.loader());
        CompletableFuture<PluginInstance<T>> made = new CompletableFuture<>();
        Thread creator = new Thread(() -> {
            try {
                PluginInstance<T> instance = make(selection, new Context(executor, baseDirectory.toAbsolutePath()));
                if (!made.complete(instance)) {
                    instance.close();
                }
            } catch (ConfigException e) {
                made.completeExceptionally(e);
            }
        }, registered.threadName() + "-create");
        creator.setDaemon(true);
        creator.setContextClassLoader(registered.loader());
        creator.start();
        ConfigException overdue;
        try {
            return made.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw (ConfigException) e.getCause();
        } catch (TimeoutException e) {
            overdue = defect(selection, "has not returned for " + patience.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            overdue = defect(selection, "was interrupted");
        }
        if (!made.completeExceptionally(overdue)) {
            made.thenAccept(PluginInstance::close); // it came in this very moment
        }
        executor.shutdownNow();
        creator.interrupt();
        throw overdue;
    }

    private PluginInstance<T> make(ProviderConfig selection, Context context) {
        Problems problems = new Problems();
        TreeSettings settings = selection.settings(problems);
        Optional<PluginInstance<T>> instance = Optional.empty();
        try {
            T plugin = creation.create(provider, settings, context);
            if (plugin == null) {
                throw defect(selection, "returned null");
            }
            instance = Optional.of(new PluginInstance<>(plugin, registered, context.executor()));
            settings.reportUnread();
        } catch (ConfigException e) {
            problems.addAll(e.problems());
        } catch (Throwable failure) { // a plugin's code: anything may come out of it
            LOG.debug("{}: creating failed", registered.label(), failure);
            problems.addAll(defect(selection, "threw " + Failures.oneLine(failure)).problems());
        }
        if (instance.isPresent() && problems.isEmpty()) {
            return instance.get();
        }
        instance.ifPresentOrElse(PluginInstance::close, context.executor()::shutdownNow);
        throw new ConfigException(problems.list());
    }

    private ConfigException defect(ProviderConfig selection, String what) {
        return new ConfigException(selection.origin(),
                selection.path() + ": " + registered.label() + " is defective: its create() " + what);
    }

    private record Context(PluginExecutor executor, Path baseDirectory) implements PluginContext {

        @Override
        public Path resolve(String path) {
            return baseDirectory.resolve(path).normalize();
        }
    }
}

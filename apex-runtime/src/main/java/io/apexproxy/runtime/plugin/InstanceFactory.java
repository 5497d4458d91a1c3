package io.apexproxy.runtime.plugin;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Provider;
import io.apexproxy.runtime.config.Problems;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.TreeSettings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
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

    private final RegisteredProvider registered;
    private final P provider;
    private final Creation<P, T> creation;

    InstanceFactory(RegisteredProvider registered, Class<P> kind, Creation<P, T> creation) {
        this.registered = registered;
        this.provider = kind.cast(registered.provider());
        this.creation = creation;
    }

    /** Makes an instance, unless there is a problem; then all that was found is thrown and nothing is left running. */
    PluginInstance<T> create(ProviderConfig selection, Path baseDirectory) {
        Problems problems = new Problems();
        TreeSettings settings = selection.settings(problems);
        PluginExecutor executor = new PluginExecutor(registered.threadName(), registered.loader());
        Optional<PluginInstance<T>> instance = Optional.empty();
        try {
            T plugin = underItsLoader(settings, new Context(executor, baseDirectory.toAbsolutePath()));
            if (plugin == null) {
                problems.add(selection.origin(), selection.path() + ": " + registered.label() + " is defective: its"
                        + " create() returned null");
            } else {
                instance = Optional.of(new PluginInstance<>(plugin, registered, executor));
                settings.reportUnread();
            }
        } catch (ConfigException e) {
            problems.addAll(e.problems());
        } catch (Throwable failure) { // a plugin's code: anything may come out of it
            LOG.debug("{}: creating failed", registered.label(), failure);
            problems.add(selection.origin(), selection.path() + ": " + registered.label() + " is defective: its"
                    + " create() threw " + Failures.oneLine(failure));
        }
        if (instance.isPresent() && problems.isEmpty()) {
            return instance.get();
        }
        instance.ifPresentOrElse(PluginInstance::close, executor::shutdownNow);
        throw new ConfigException(problems.list());
    }

    private T underItsLoader(TreeSettings settings, PluginContext context) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(registered.loader());
        try {
            return creation.create(provider, settings, context);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private record Context(ScheduledExecutorService executor, Path baseDirectory) implements PluginContext {

        @Override
        public Path resolve(String path) {
            return baseDirectory.resolve(path).normalize();
        }
    }
}

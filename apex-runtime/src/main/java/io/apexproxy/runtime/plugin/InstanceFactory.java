package io.apexproxy.runtime.plugin;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Provider;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.limit.LocalFailure;
import io.apexproxy.runtime.log.FailureText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates instances of one provider and reports what fails.
 *
 * @param <P> the kind of provider
 * @param <T> the type of the instances
 */
final class InstanceFactory<P extends Provider, T extends AutoCloseable> {

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");

    private final RegisteredProvider registered;
    private final P provider;
    private final CreateMethod<P, T> creation;
    private final BackendConnector connector;
    private final Duration patience;

    InstanceFactory(RegisteredProvider registered, Class<P> kind, CreateMethod<P, T> creation,
            BackendConnector connector, Duration patience) {
        this.registered = registered;
        this.provider = kind.cast(registered.provider());
        this.creation = creation;
        this.connector = connector;
        this.patience = patience;
    }

    /**
     * Creates an instance.
     *
     * @throws ConfigException with all problems of the settings, or with the failure of the plugin; no thread is left
     * @throws java.io.UncheckedIOException if this machine has no thread, descriptor or memory left for it
     */
    PluginInstance<T> create(ProviderConfig selection, Path baseDirectory) {
        if (!registered.files().hold()) {
            throw new ConfigException(selection.origin(), selection.path() + ": " + registered.label()
                    + " was unloaded, as its files were replaced; read the configuration again");
        }
        try {
            return createInUse(selection, baseDirectory);
        } finally {
            registered.files().release();
        }
    }

    private PluginInstance<T> createInUse(ProviderConfig selection, Path baseDirectory) {
        Problems problems = new Problems();
        TreeSettings settings = selection.settings(problems);
        PluginExecutor executor = new PluginExecutor(registered.threadName(), registered.loader(),
                registered.files());
        InstanceContext context = new InstanceContext(executor, connector.of(executor),
                baseDirectory.toAbsolutePath());
        Optional<PluginInstance<T>> instance = Optional.empty();
        try {
            T plugin = begin(settings, context).result(patience);
            if (plugin == null) {
                problems.add(selection.origin(), defect(selection, "returned null"));
            } else {
                instance = Optional.of(instance(plugin, context));
                settings.reportUnread();
            }
        } catch (TimeoutException | InterruptedException e) {
            context.close();
            throw givenUp(selection, e); // without other problems: the settings have not been read completely
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ConfigException found) {
                found.problems()
                        .forEach(problem -> problems.add(problem.origin(), settings.withoutSecrets(problem.message())));
                settings.reportMisspelt();
            } else {
                String text = FailureText.oneLine(e.getCause(), settings::withoutSecrets);
                if (LocalFailure.is(e.getCause())) {
                    context.close();
                    throw LocalFailure.exception(selection.origin() + ": " + selection.path() + ": "
                            + registered.label() + ": its create()", text);
                }
                LOG.debug("{}: creating failed", registered.label(), traceOnly(text, e.getCause()));
                problems.add(selection.origin(), defect(selection, "threw " + text));
            }
        }
        if (instance.isPresent() && problems.isEmpty()) {
            return instance.get();
        }
        instance.ifPresentOrElse(PluginInstance::close, context::close);
        throw new ConfigException(problems.list());
    }

    /** Returns an exception for the log without the original messages, which can contain a secret. */
    private static Exception traceOnly(String text, Throwable thrown) {
        Exception shown = new Exception(text);
        shown.setStackTrace(thrown.getStackTrace());
        return shown;
    }

    private GuardedCall<T> begin(TreeSettings settings, InstanceContext context) {
        return GuardedCall.onNewThread(registered.threadName() + "-create", registered.loader(),
                () -> createOnce(settings, context), late -> instance(late, context).close());
    }

    /** The unit is in use until the call returns, which can be after its caller has given up. */
    private T createOnce(TreeSettings settings, PluginContext context) {
        registered.files().hold();
        try {
            return creation.create(provider, settings, context);
        } finally {
            registered.files().release();
        }
    }

    /** Returns an instance that holds the files of its unit until it is closed. */
    private PluginInstance<T> instance(T plugin, InstanceContext context) {
        registered.files().hold();
        return new PluginInstance<>(plugin, registered, context);
    }

    private ConfigException givenUp(ProviderConfig selection, Exception cause) {
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return Problems.exception(selection.origin(), defect(selection, "was interrupted"));
        }
        return Problems.exception(selection.origin(),
                defect(selection, "has not returned for " + patience.toSeconds() + " s"));
    }

    private String defect(ProviderConfig selection, String what) {
        return selection.path() + ": " + registered.label() + " is defective: its create() " + what;
    }
}

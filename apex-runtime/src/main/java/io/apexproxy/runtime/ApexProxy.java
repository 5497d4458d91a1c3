package io.apexproxy.runtime;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigSourceProvider;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.admin.AdminEndpoint;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.ConfigChange;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import io.apexproxy.runtime.pool.NameResolver;
import io.apexproxy.runtime.pool.SystemNameResolver;
import io.apexproxy.runtime.relay.Ending;
import io.apexproxy.runtime.relay.Relay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running proxy.
 *
 * <p>All methods may be called from any thread. What happens to a configuration is told on the log, under the name
 * {@code apex}.
 *
 * <pre>{@code
 * try (ApexProxy proxy = ApexProxy.start(new ApexProxy.Options(Path.of("config.toml"), Path.of("plugins")))) {
 *     ...
 *     proxy.shutdown();
 * }
 * }</pre>
 *
 * @since 0.1
 */
public final class ApexProxy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final String FILE_PROVIDER = "toml";
    /** A change of the configuration may hang in a plugin; the end of the proxy does not wait for it any longer. */
    private static final long CHANGE_PATIENCE_SECONDS = 5;
    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long DRAIN_POLL_MILLIS = 20;

    private final Path directory;
    private final PluginInstance<ConfigSource> source;
    private final NameResolver resolver;
    private final ScheduledThreadPoolExecutor control;
    private final Relay relay;
    private final Deployment deployment;
    private final SnapshotTaker snapshots;
    private final ReloadHistory reloads = new ReloadHistory();
    private final AdminEndpoint admin = new AdminEndpoint(this::snapshot);
    /** Held while the configuration changes, and by who ends the proxy. */
    private final ReentrantLock changing = new ReentrantLock();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean serving;
    private volatile boolean stopping;
    private volatile ProviderRegistry registry;
    private volatile ProxyConfig config;

    /**
     * What a proxy is started with.
     *
     * @param configFile the configuration file; paths in it are relative to its directory
     * @param pluginsDirectory the user's plugins; it need not exist
     */
    public record Options(Path configFile, Path pluginsDirectory) {

        Path directory() {
            Path parent = configFile.toAbsolutePath().getParent();
            return parent == null ? configFile.toAbsolutePath() : parent;
        }
    }

    private ApexProxy(Options options, ProviderRegistry registry, NameResolver resolver,
            PluginInstance<ConfigSource> source, ProxyConfig config) {
        this.directory = options.directory();
        this.registry = registry;
        this.resolver = resolver;
        this.source = source;
        this.config = config;
        try {
            this.relay = new Relay(config.threads(), config.bufferMemory(), connectionLimit(config));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the event loops: " + e.getMessage(), e);
        }
        this.control = newControl();
        this.deployment = new Deployment(relay, control, resolver);
        this.snapshots = new SnapshotTaker(deployment, relay);
    }

    private static ScheduledThreadPoolExecutor newControl() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "apex-control");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

    private static int connectionLimit(ProxyConfig config) {
        return config.maxConnections() > 0 ? config.maxConnections() : DescriptorLimit.connections();
    }

    /**
     * Starts a proxy. Returns when every listener accepts, which is when its pool has a healthy backend, or knows that it has
     * none.
     *
     * @param options the configuration file and the plugins
     * @return the running proxy, to be closed by the caller
     * @throws ConfigException if the configuration cannot be used, with everything that is wrong with it
     * @throws UncheckedIOException if an address cannot be listened on, or the system lacks something else; the message says
     *     what
     */
    public static ApexProxy start(Options options) {
        return start(options, ProviderRegistry.load(options.pluginsDirectory()), new SystemNameResolver());
    }

    static ApexProxy start(Options options, ProviderRegistry registry, NameResolver resolver) {
        PluginInstance<ConfigSource> source = fileSource(options, registry);
        try (Preparation prepared = new Preparation(source.get().load(), registry, options.directory(), Map.of())) {
            ApexProxy proxy = new ApexProxy(options, registry, resolver, source, prepared.config());
            try {
                proxy.logBackends();
                proxy.deploy(prepared);
                source.get().watch(proxy.new Reloader());
            } catch (RuntimeException e) {
                proxy.close();
                throw e;
            }
            return proxy;
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /**
     * Looks for mistakes in a configuration as a start would, but listens on nothing and probes nothing.
     *
     * @param options the configuration file and the plugins
     * @throws ConfigException if the configuration cannot be used, with everything that is wrong with it
     */
    public static void check(Options options) {
        ProviderRegistry registry = ProviderRegistry.load(options.pluginsDirectory());
        try (PluginInstance<ConfigSource> source = fileSource(options, registry);
                Preparation prepared = new Preparation(source.get().load(), registry, options.directory(), Map.of())) {
            LOG.debug("{} is valid: {}", options.configFile(), prepared.config());
        }
    }

    private static PluginInstance<ConfigSource> fileSource(Options options, ProviderRegistry registry) {
        Origin origin = Origin.of(options.configFile().toString());
        ConfigTree path = new ConfigTree.Scalar(options.configFile().toString(), origin);
        ConfigTree.Table settings = new ConfigTree.Table(Map.of("path", new ConfigTree.Member(origin, path)), origin);
        ProviderConfig selection = new ProviderConfig("configuration file", FILE_PROVIDER, origin, settings, List.of());
        // relative to the working directory, so that messages name the file as the user did
        return registry.create(ConfigSourceProvider.class, selection, Path.of("").toAbsolutePath(),
                ConfigSourceProvider::create);
    }

    /**
     * Reads the configuration again, and applies what has changed. Mistakes are told on the log and change nothing. Blocks until
     * it is done.
     */
    public void reload() {
        Reloader reloader = new Reloader();
        try {
            reloader.changed(source.get().load());
        } catch (ConfigException e) {
            reloader.failed(e);
        }
    }

    private void change(ConfigTree.Table tree) {
        changing.lock();
        try {
            if (stopping) {
                return;
            }
            registry = registry.rescan();
            try (Preparation prepared = new Preparation(tree, registry, directory, deployment.present())) {
                ConfigChange change = ConfigChange.between(config, prepared.config());
                if (change.isEmpty()) {
                    LOG.info("Configuration read again: nothing changed");
                    return;
                }
                deploy(prepared);
                config = prepared.config();
                relay.limitConnections(connectionLimit(config));
                logBackends();
                LOG.info("Configuration changed: {}", change);
            }
        } finally {
            changing.unlock();
        }
    }

    /** The admin endpoint comes first: it tells what a start waits for, and an address in use changes nothing yet. */
    private void deploy(Preparation prepared) {
        try (AdminEndpoint.Change change = admin.prepare(prepared.config().admin())) {
            deployment.apply(prepared);
            change.commit();
        }
        serving = true;
    }

    private void logBackends() {
        List<String> addresses = config.pools().stream().flatMap(pool -> pool.backends().stream())
                .map(BackendConfig::name).toList();
        LOG.info("Loaded backend addresses: {}", addresses);
    }

    private final class Reloader implements ConfigSource.Observer {
        @Override
        public void changed(ConfigTree.Table tree) {
            try {
                change(tree);
                reloads.succeeded();
            } catch (ConfigException e) {
                failed(e);
            } catch (UncheckedIOException e) {
                reloads.failed(e.getMessage());
                LOG.error("Configuration not changed, the previous one stays in force: {}", e.getMessage());
            } catch (RuntimeException e) {
                reloads.failed(e.toString());
                LOG.error("Configuration not changed, the previous one stays in force", e);
            }
        }

        @Override
        public void failed(ConfigException problem) {
            reloads.failed(problem.getMessage());
            LOG.error("Configuration not changed, the previous one stays in force:\n{}", problem.getMessage());
        }
    }

    /**
     * Stops accepting, and lets sessions finish until {@code drain_timeout}; then ends the rest and closes the proxy. Blocks.
     *
     * @return whether all sessions finished by themselves
     */
    public boolean shutdown() {
        stopListening();
        long started = System.nanoTime();
        long timeout = config.drainTimeout().toNanos();
        long progress = started;
        LOG.info("Draining: {} connections, for {} s at most", relay.active(), TimeUnit.NANOSECONDS.toSeconds(timeout));
        try {
            while (relay.active() > 0 && System.nanoTime() - started < timeout && !closed.get()) {
                if (System.nanoTime() - progress >= PROGRESS_NANOS) {
                    progress = System.nanoTime();
                    LOG.info("Draining: {} connections left", relay.active());
                }
                TimeUnit.MILLISECONDS.sleep(DRAIN_POLL_MILLIS);
            }
            int left = relay.active();
            LOG.info(left == 0 ? "Drained" : "Drain timeout: closing {} connections", left);
            relay.abortSessions(Ending.DRAINED);
            return left == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            close();
        }
    }

    private void stopListening() {
        stopping = true;
        boolean alone = false;
        try {
            alone = changing.tryLock(CHANGE_PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            deployment.stopListening();
        } finally {
            if (alone) {
                changing.unlock();
            }
        }
    }

    /** Ends the proxy at once: whatever is under way is closed. Only the first call does anything. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        stopListening();
        admin.close();
        source.close();
        deployment.close();
        try {
            relay.abortSessions(Ending.SHUTDOWN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        relay.close();
        control.shutdownNow();
        if (resolver instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                LOG.warn("Closing the resolver", e);
            }
        }
    }

    /** Returns a view of everything as it is now. */
    public Snapshot snapshot() {
        Snapshot.Phase running = serving ? Snapshot.Phase.SERVING : Snapshot.Phase.STARTING;
        return snapshots.take(stopping ? Snapshot.Phase.DRAINING : running, reloads.view(), registry);
    }
}

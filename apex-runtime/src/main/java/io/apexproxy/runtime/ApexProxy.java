package io.apexproxy.runtime;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.ConfigChange;
import io.apexproxy.runtime.config.ProxyConfig;
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
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
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
    /** A change of the configuration may hang in a plugin; the end of the proxy does not wait for it any longer. */
    private static final long CHANGE_PATIENCE_SECONDS = 5;
    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long DRAIN_POLL_MILLIS = 20;

    private final Path directory;
    private final Sources sources;
    private final NameResolver resolver;
    private final ScheduledThreadPoolExecutor control;
    private final Relay relay;
    private final Deployment deployment;
    /** Held while the configuration changes, and by who ends the proxy. */
    private final ReentrantLock changing = new ReentrantLock();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopping;
    private ProviderRegistry registry;
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
            Sources sources, ProxyConfig config) {
        this.directory = options.directory();
        this.registry = registry;
        this.resolver = resolver;
        this.sources = sources;
        this.config = config;
        try {
            this.relay = new Relay(config.threads(), config.bufferMemory(), connectionLimit(config));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the event loops: " + e.getMessage(), e);
        }
        relay.logAccess(config.accessLog());
        this.control = newControl();
        this.deployment = new Deployment(relay, control, resolver);
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
        Sources sources = new Sources(options, registry);
        try {
            Sources.Reading reading = sources.read(registry);
            sources.take(reading);
            try (Preparation prepared = new Preparation(reading, registry, options.directory(), Map.of())) {
                ApexProxy proxy = new ApexProxy(options, registry, resolver, sources, prepared.config());
                proxy.begin(prepared);
                return proxy;
            }
        } catch (RuntimeException e) {
            sources.close();
            throw e;
        }
    }

    private void begin(Preparation prepared) {
        try {
            logBackends();
            deployment.apply(prepared);
            sources.watchFile(new FileObserver());
            sources.other().ifPresent(this::watch);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void watch(Source source) {
        source.watch(new SourceObserver(source));
    }

    /**
     * Looks for mistakes in a configuration as a start would, but listens on nothing and probes nothing.
     *
     * @param options the configuration file and the plugins
     * @throws ConfigException if the configuration cannot be used, with everything that is wrong with it
     */
    public static void check(Options options) {
        ProviderRegistry registry = ProviderRegistry.load(options.pluginsDirectory());
        try (Sources sources = new Sources(options, registry)) {
            Sources.Reading reading = sources.read(registry);
            sources.take(reading);
            try (Preparation prepared = new Preparation(reading, registry, options.directory(), Map.of())) {
                LOG.debug("{} is valid: {}", options.configFile(), prepared.config());
            }
        }
    }

    /**
     * Reads the configuration again, and applies what has changed. Mistakes are told on the log and change nothing. Blocks until
     * it is done.
     */
    public void reload() {
        change(providers -> Optional.of(sources.read(providers)));
    }

    /** Changes the configuration, or tells on the log why not. */
    private void change(Function<ProviderRegistry, Optional<Sources.Reading>> next) {
        try {
            changeOrThrow(next);
        } catch (ConfigException e) {
            refused(e);
        } catch (UncheckedIOException e) {
            LOG.error("Configuration not changed, the previous one stays in force: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("Configuration not changed, the previous one stays in force", e);
        }
    }

    private static void refused(ConfigException problem) {
        LOG.error("Configuration not changed, the previous one stays in force:\n{}", problem.getMessage());
    }

    private void changeOrThrow(Function<ProviderRegistry, Optional<Sources.Reading>> next) {
        Sources.Replacement replacement;
        changing.lock();
        try {
            if (stopping) {
                return;
            }
            registry = registry.rescan();
            Optional<Sources.Reading> reading = next.apply(registry);
            if (reading.isEmpty()) {
                return;
            }
            apply(reading.get());
            replacement = sources.take(reading.get());
        } finally {
            changing.unlock();
        }
        // unlocked, as either may be about to tell us something
        replacement.arriving().ifPresent(this::watch);
        replacement.leaving().ifPresent(Source::close);
    }

    private void apply(Sources.Reading reading) {
        boolean applied = false;
        try (Preparation prepared = new Preparation(reading, registry, directory, deployment.present())) {
            ConfigChange change = ConfigChange.between(config, prepared.config());
            if (change.isEmpty()) {
                LOG.info("Configuration read again: nothing changed");
            } else {
                deployment.apply(prepared);
                config = prepared.config();
                relay.limitConnections(connectionLimit(config));
                relay.logAccess(config.accessLog());
                logBackends();
                LOG.info("Configuration changed: {}", change);
            }
            applied = true;
        } finally {
            if (!applied) {
                sources.drop(reading);
            }
        }
    }

    private void logBackends() {
        List<String> addresses = config.pools().stream().flatMap(pool -> pool.backends().stream())
                .map(BackendConfig::name).toList();
        LOG.info("Loaded backend addresses: {}", addresses);
    }

    private final class FileObserver implements ConfigSource.Observer {
        @Override
        public void changed(ConfigTree.Table tree) {
            change(providers -> Optional.of(sources.readFile(tree, providers)));
        }

        @Override
        public void failed(ConfigException problem) {
            refused(problem);
        }
    }

    private final class SourceObserver implements ConfigSource.Observer {
        private final Source source;

        private SourceObserver(Source source) {
            this.source = source;
        }

        @Override
        public void changed(ConfigTree.Table tree) {
            change(providers -> sources.readDelivered(source, tree));
        }

        @Override
        public void failed(ConfigException problem) {
            refused(problem);
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
            if (closed.get()) { // somebody does not want to wait
                return false;
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

    /** Ends the proxy at once: whatever is under way is closed. Returns when it has ended, whoever called first. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                end();
            } finally {
                ended.countDown();
            }
        } else {
            try {
                ended.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void end() {
        stopListening();
        sources.close();
        try {
            relay.abortSessions(Ending.SHUTDOWN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        relay.close();
        deployment.close();
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
        return Snapshot.of(deployment, relay);
    }
}

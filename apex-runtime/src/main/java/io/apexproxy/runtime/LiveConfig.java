package io.apexproxy.runtime;

import io.apexproxy.api.ConfigException;
import io.apexproxy.runtime.admin.AdminEndpoint;
import io.apexproxy.runtime.config.ConfigChange;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.limit.DescriptorLimit;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import io.apexproxy.runtime.relay.Relay;
import io.apexproxy.runtime.snapshot.Snapshot;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration in force, and how it changes: one change at a time, each as a whole or not at all.
 *
 * <p>All methods but {@link #begin} may be called from any thread.
 */
final class LiveConfig {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    /** A change of the configuration may hang in a plugin; the end of the proxy does not wait for it any longer. */
    private static final long CHANGE_PATIENCE_SECONDS = 5;

    private final Path directory;
    private final Sources sources;
    private final Relay relay;
    private final Deployment deployment;
    private final AdminEndpoint admin;
    private final ReloadHistory reloads = new ReloadHistory();
    /** Held while the configuration changes; who ends the proxy waits for it. */
    private final ReentrantLock changing = new ReentrantLock();
    private volatile ProviderRegistry registry;
    private volatile boolean serving;
    private volatile boolean stopping;
    private volatile ProxyConfig config;

    LiveConfig(Path directory, ProviderRegistry registry, Sources sources, Relay relay, Deployment deployment,
            AdminEndpoint admin, ProxyConfig config) {
        this.directory = directory;
        this.registry = registry;
        this.sources = sources;
        this.relay = relay;
        this.deployment = deployment;
        this.admin = admin;
        this.config = config;
    }

    ProxyConfig config() {
        return config;
    }

    ProviderRegistry registry() {
        return registry;
    }

    Snapshot.ReloadView lastReload() {
        return reloads.view();
    }

    Snapshot.Phase phase() {
        if (stopping) {
            return Snapshot.Phase.DRAINING;
        }
        return serving ? Snapshot.Phase.SERVING : Snapshot.Phase.STARTING;
    }

    /** Puts the first configuration in force, and watches for others from now on. */
    void begin(PreparedConfig prepared) {
        Optional<Source> other = sources.other(); // a change of the file, once that is watched, may replace it
        logBackends();
        deploy(prepared);
        sources.watchFile(observer(sources::readFile));
        other.ifPresent(this::watch);
    }

    private void watch(Source source) {
        source.watch(observer((report, providers) -> sources.readDelivered(source, report)));
    }

    private Source.Observer observer(
            BiFunction<Source.Report, ProviderRegistry, Optional<Sources.Candidate>> reading) {
        return new Source.Observer() {
            @Override
            public void changed(Source.Report report) {
                change(providers -> reading.apply(report, providers));
            }

            @Override
            public void failed(ConfigException problem) {
                refused(problem);
            }
        };
    }

    /** Reads all anew, and applies what has changed. */
    void reload() {
        change(providers -> Optional.of(sources.read(providers)));
    }

    /** Changes the configuration, or tells on the log why not. */
    private void change(Function<ProviderRegistry, Optional<Sources.Candidate>> next) {
        try {
            changeOrThrow(next);
        } catch (ConfigException e) {
            refused(e);
        } catch (UncheckedIOException e) {
            reloads.failed(e.getMessage());
            LOG.error("Configuration not changed, the previous one stays in force: {}", e.getMessage());
        } catch (RuntimeException | OutOfMemoryError e) { // the latter also where no thread can be created
            if (stopping) {
                LOG.debug("A change of the configuration was overtaken by the end", e);
                return;
            }
            reloads.failed(CleanText.of(e));
            LOG.error("Configuration not changed, the previous one stays in force", e);
        }
    }

    private void refused(ConfigException problem) {
        reloads.failed(problem.getMessage());
        if (problem.problems().size() == 1) {
            LOG.error("Configuration not changed, the previous one stays in force: {}", problem.getMessage());
        } else {
            LOG.error("Configuration not changed, the previous one stays in force; its mistakes follow");
            problem.problems().forEach(mistake -> LOG.error("{}", mistake));
        }
    }

    private void changeOrThrow(Function<ProviderRegistry, Optional<Sources.Candidate>> next) {
        Sources.Replacement replacement;
        changing.lock();
        try {
            if (stopping) {
                return;
            }
            registry = registry.rescan();
            Optional<Sources.Candidate> reading = next.apply(registry);
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

    private void apply(Sources.Candidate reading) {
        boolean applied = false;
        try (PreparedConfig prepared = new PreparedConfig(reading, registry, directory, deployment.present())) {
            ConfigChange change = ConfigChange.between(config, prepared.config());
            if (change.isEmpty()) {
                deployment.restoreFiles();
                LOG.info("Configuration read again: nothing changed");
            } else {
                deploy(prepared);
                config = prepared.config().startedWith(config);
                relay.limitConnections(DescriptorLimit.ofThisProcess().connections(config));
                relay.logAccess(config.accessLog());
                logBackends();
                LOG.info("Configuration changed: {}", change);
            }
            applied = true;
            reloads.succeeded();
        } finally {
            if (!applied) {
                sources.drop(reading);
            }
        }
    }

    /** The admin endpoint comes first: it tells what a start waits for, and an address in use changes nothing yet. */
    private void deploy(PreparedConfig prepared) {
        try (AdminEndpoint.Change change = prepareAdmin(prepared)) {
            deployment.apply(prepared);
            change.commit();
        }
        serving = true;
    }

    private AdminEndpoint.Change prepareAdmin(PreparedConfig prepared) {
        try {
            return admin.prepare(prepared.config().admin());
        } catch (UncheckedIOException e) {
            throw new UncheckedIOException(prepared.adminOrigin() + ": " + e.getMessage(), e.getCause());
        }
    }

    private void logBackends() {
        List<String> addresses = config.pools().stream().flatMap(pool -> pool.backends().stream())
                .map(backend -> backend.address().toString()).toList();
        LOG.info("Loaded backend addresses: [{}]", CleanText.list(addresses));
    }

    /**
     * Stops listening, and changes nothing any more. Waits for a change that is under way, but not for ever; what that
     * has begun to listen on, it closes itself.
     */
    void stop() {
        stopping = true;
        deployment.stopListening();
        try {
            if (changing.tryLock(CHANGE_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                changing.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.apexproxy.runtime;

import io.apexproxy.api.ConfigException;
import io.apexproxy.runtime.admin.AdminEndpoint;
import io.apexproxy.runtime.config.AdminConfig;
import io.apexproxy.runtime.config.ConfigChange;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.control.ReloadHistory;
import io.apexproxy.runtime.control.ReloadResult;
import io.apexproxy.runtime.limit.DescriptorLimit;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import io.apexproxy.runtime.relay.Relay;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.supervisor.Notifier;
import io.apexproxy.runtime.takeover.Handover;
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
 * The configuration in force. Changes are applied one at a time, each completely or not at all.
 *
 * <p>All methods except {@link #start} may be called from any thread.
 */
final class LiveConfig {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    /** Time that a shutdown waits for a change that is in progress, because a plugin can block the change. */
    private static final long CHANGE_TIMEOUT_SECONDS = 5;

    private static final ReloadResult STOPPING = ReloadResult.rejected(List.of("Apex stops"));

    private static final ReloadResult STARTING =
            ReloadResult.rejected(List.of("Apex starts; reload again when it serves"));

    private final Path directory;
    private final Sources sources;
    private final Relay relay;
    private final Deployment deployment;
    private final AdminEndpoint admin;
    private final Notifier notifier;
    private final ReloadHistory reloads = new ReloadHistory();
    /** Held while the configuration changes. A shutdown waits for it. */
    private final ReentrantLock changeLock = new ReentrantLock();
    private volatile ProviderRegistry registry;
    private volatile boolean serving;
    private volatile boolean stopping;
    private volatile ProxyConfig config;

    LiveConfig(Path directory, ProviderRegistry registry, Sources sources, Relay relay, Deployment deployment,
            AdminEndpoint admin, ProxyConfig config, Notifier notifier) {
        this.directory = directory;
        this.registry = registry;
        this.sources = sources;
        this.relay = relay;
        this.deployment = deployment;
        this.admin = admin;
        this.config = config;
        this.notifier = notifier;
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

    /**
     * Applies the first configuration and starts to watch the sources.
     *
     * @param handover from the process that this one takes over
     */
    void start(PreparedConfig prepared, Optional<Handover> handover) {
        Optional<Source> selected = sources.selected(); // before the file is watched: its change can replace sources
        Optional<Source> overrides = sources.overridesSource();
        logBackends();
        handover.ifPresent(from -> deployment.prepareTakeover(prepared, from));
        deploy(prepared);
        deployment.endTakeover();
        notifier.ready("Serving: " + StartReport.listeners(config));
        reloads.warnOfOverrides(prepared.unusedOverrides());
        sources.watchFile(observer(sources::readFile));
        watch(selected, overrides);
    }

    private void watch(Optional<Source> selected, Optional<Source> overrides) {
        selected.ifPresent(source -> source.watch(
                observer((report, providers) -> sources.readSelected(source, report))));
        overrides.ifPresent(source -> source.watch(
                observer((report, providers) -> sources.readOverrides(source, report))));
    }

    private Source.Observer observer(
            BiFunction<Source.Report, ProviderRegistry, Optional<Sources.Candidate>> reader) {
        return new Source.Observer() {
            @Override
            public void changed(Source.Report report) {
                change(providers -> reader.apply(report, providers));
            }

            @Override
            public void failed(ConfigException problem) {
                reloads.rejected(problem);
                notifier.status(ReloadResult.rejected(problem).toString());
            }
        };
    }

    /** Reads all sources again and applies the differences. */
    ReloadResult reload() {
        return serving ? change(providers -> Optional.of(sources.read(providers))) : STARTING;
    }

    /** Reads the file of overrides again and applies the differences. */
    ReloadResult reloadOverrides() {
        return serving ? change(providers -> sources.readOverrides()) : STARTING;
    }

    /** Changes the configuration, and notifies the supervisor. */
    private ReloadResult change(Function<ProviderRegistry, Optional<Sources.Candidate>> next) {
        return notifier.reload(() -> changeOrReject(next));
    }

    /** Changes the configuration. Logs and records the reason if that fails. */
    private ReloadResult changeOrReject(Function<ProviderRegistry, Optional<Sources.Candidate>> next) {
        try {
            return changeOrThrow(next);
        } catch (ConfigException e) {
            reloads.rejected(e);
            return ReloadResult.rejected(e);
        } catch (UncheckedIOException e) {
            reloads.failed(e.getMessage());
            LOG.error("Configuration not changed, the previous one stays in force: {}", e.getMessage());
            return ReloadResult.rejected(List.of(e.getMessage()));
        } catch (RuntimeException | OutOfMemoryError e) { // the JVM also throws it if it cannot create a thread
            if (stopping) {
                LOG.debug("A shutdown interrupted a change of the configuration", e);
                return STOPPING;
            }
            reloads.failed(CleanText.of(e));
            LOG.error("Configuration not changed, the previous one stays in force", e);
            return ReloadResult.rejected(List.of(CleanText.of(e)));
        }
    }

    private ReloadResult changeOrThrow(Function<ProviderRegistry, Optional<Sources.Candidate>> next) {
        Sources.Replacement replacement;
        ReloadResult result;
        changeLock.lock();
        try {
            if (stopping) {
                return STOPPING;
            }
            registry = registry.rescan();
            Optional<Sources.Candidate> candidate = next.apply(registry);
            if (candidate.isEmpty()) {
                return ReloadResult.unchanged();
            }
            result = apply(candidate.get());
            replacement = sources.commit(candidate.get());
        } finally {
            changeLock.unlock();
        }
        // without the lock: watch and close can block until a report of the same source has been handled
        watch(replacement.selected(), replacement.overrides());
        replacement.removed().forEach(Source::close);
        return result;
    }

    private ReloadResult apply(Sources.Candidate candidate) {
        boolean applied = false;
        try (PreparedConfig prepared = new PreparedConfig(candidate, registry, directory, deployment.current())) {
            ConfigChange change = ConfigChange.between(config, prepared.config());
            if (change.isEmpty()) {
                deployment.restoreFiles();
                LOG.info("Configuration read again: nothing changed");
            } else {
                deploy(prepared);
                config = prepared.config().withStartSettingsOf(config);
                relay.limitConnections(DescriptorLimit.ofThisProcess().connections(config, relay.pipesPerLoop()));
                relay.logAccess(config.accessLog());
                logBackends();
                LOG.info("Configuration changed: {}", change);
            }
            applied = true;
            reloads.warnOfOverrides(prepared.unusedOverrides());
            reloads.succeeded();
            return change.isEmpty() ? ReloadResult.unchanged() : ReloadResult.applied(change.toString());
        } finally {
            if (!applied) {
                sources.discard(candidate);
            }
        }
    }

    /**
     * Binds the admin endpoint before the listeners: it reports readiness during the start, and its address can be in
     * use, which must fail before anything has changed.
     */
    private void deploy(PreparedConfig prepared) {
        try (AdminEndpoint.Change change = prepareAdmin(prepared)) {
            deployment.apply(prepared);
            change.commit();
        }
        serving = true;
    }

    private AdminEndpoint.Change prepareAdmin(PreparedConfig prepared) {
        Optional<AdminConfig> next = prepared.config().admin();
        try {
            return admin.prepare(next, next.filter(each -> deployment.isTakenOver(each.address())).isPresent());
        } catch (UncheckedIOException e) {
            throw new UncheckedIOException(prepared.adminOrigin() + ": " + e.getMessage(), e.getCause());
        }
    }

    private void logBackends() {
        List<String> addresses = config.pools().stream().flatMap(pool -> pool.backends().stream())
                .map(backend -> backend.address().toString()).toList();
        LOG.info("Loaded backend addresses: [{}]", CleanText.list(addresses));
    }

    /** Rejects later changes; a change in progress continues. The phase is draining from now on. */
    void rejectChanges() {
        stopping = true;
    }

    /**
     * Stops listening and rejects later changes. Waits at most {@value #CHANGE_TIMEOUT_SECONDS} s for a change in
     * progress. A change that takes longer closes its new sockets itself.
     */
    void stop() {
        rejectChanges();
        deployment.stopListening();
        try {
            if (changeLock.tryLock(CHANGE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                changeLock.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

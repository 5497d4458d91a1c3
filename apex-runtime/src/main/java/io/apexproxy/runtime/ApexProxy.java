package io.apexproxy.runtime;

import io.apexproxy.api.ConfigException;
import io.apexproxy.runtime.admin.AdminEndpoint;
import io.apexproxy.runtime.admin.AdminView;
import io.apexproxy.runtime.config.ControlSetting;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.control.ControlActions;
import io.apexproxy.runtime.control.ControlEndpoint;
import io.apexproxy.runtime.engine.choice.EngineChoice;
import io.apexproxy.runtime.limit.BufferLimit;
import io.apexproxy.runtime.limit.DescriptorLimit;
import io.apexproxy.runtime.log.LoggedExecutor;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import io.apexproxy.runtime.pool.names.NameResolver;
import io.apexproxy.runtime.pool.names.SystemNameResolver;
import io.apexproxy.runtime.probe.ProbeConnector;
import io.apexproxy.runtime.rates.RateSampler;
import io.apexproxy.runtime.relay.Relay;
import io.apexproxy.runtime.relay.accept.InheritedSockets;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.supervisor.Notifier;
import io.apexproxy.runtime.supervisor.Supervisor;
import io.apexproxy.runtime.takeover.Handover;
import io.apexproxy.runtime.takeover.Predecessor;
import io.apexproxy.runtime.takeover.Succession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running proxy.
 *
 * <p>All methods may be called from any thread. The logger {@code apex} reports every change of the configuration.
 *
 * <pre>{@code
 * try (ApexProxy proxy = ApexProxy.start(new ProxyOptions(Path.of("config.toml"), Path.of("plugins")))) {
 *     ...
 *     proxy.shutdown();
 * }
 * }</pre>
 *
 * @since 0.1
 */
public final class ApexProxy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex");

    private final Sources sources;
    private final NameResolver resolver;
    private final LoggedExecutor control;
    private final Relay relay;
    private final Deployment deployment;
    private final ProbeConnector connector;
    private final AdminEndpoint admin;
    private final LiveConfig live;
    private final Drain drain;
    private final SnapshotTaker snapshots;
    private final Notifier notifier;
    private final Succession succession = new Succession(this::handover, this::stopForSuccessor);
    private final ControlEndpoint controlEndpoint;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch closeCompleted = new CountDownLatch(1);

    /** Creates a proxy that {@link #begin} starts. */
    ApexProxy(ProxyOptions options, ProviderRegistry registry, ProbeConnector connector,
            NameResolver resolver, Sources sources, ProxyConfig config, DescriptorLimit descriptors,
            EngineChoice engine, InheritedSockets inherited, Notifier notifier) {
        this.notifier = notifier;
        this.connector = connector;
        this.resolver = resolver;
        this.sources = sources;
        int connections = descriptors.connections(config, engine.engine().pipesPerLoop());
        StartReport.logConfiguration(config, engine, connections);
        try {
            this.relay = new Relay(engine.engine(), config.threads(), BufferLimit.bytes(config.bufferMemory()),
                    connections, config.tlsHandshakes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the event loops: " + e.getMessage(), e);
        }
        relay.logAccess(config.accessLog());
        this.control = LoggedExecutor.daemon(LOG, "apex-control");
        relay.watchLoops(control);
        this.deployment = new Deployment(relay, inherited, control, resolver, descriptors.probes(),
                succession::isInProgress, options.stateDirectory(config));
        this.admin = new AdminEndpoint(
                new AdminView(this::snapshot, this::readiness, descriptors.adminConnections()));
        this.live = new LiveConfig(options.directory(), registry, sources, relay, deployment, admin, config,
                notifier);
        this.drain = new Drain(live, deployment, relay, closed::get, notifier);
        Limits limits = new Limits(deployment, relay);
        control.scheduleWithFixedDelay(limits, Limits.PERIOD_MILLIS, Limits.PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        ControlSetting setting = options.controlSocket(config);
        RateSampler rates = new RateSampler(() -> deployment.listeners().values(), deployment::allPools,
                () -> admin.isOpen() || !setting.equals(ControlSetting.OFF));
        control.scheduleAtFixedRate(rates, RateSampler.PERIOD_MILLIS, RateSampler.PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        this.snapshots = new SnapshotTaker(engine.engine().name(), deployment, relay, limits, rates, drain::progress);
        this.controlEndpoint = new ControlEndpoint(setting, new ControlActions(this::snapshot, live::reload,
                live::reloadOverrides, relay.live(), succession, options.configFile()));
    }

    /**
     * Starts a proxy. Blocks until every listener accepts. A listener accepts once its pool has a healthy backend, or
     * once the pool has determined that none is healthy.
     *
     * @param options the configuration file and the plugins
     * @return the running proxy; the caller closes it
     * @throws ConfigException if the configuration is not valid, with all its mistakes
     * @throws UncheckedIOException if binding an address or another call of the operating system fails; the message
     *     has the reason
     */
    public static ApexProxy start(ProxyOptions options) {
        return start(options, Optional.empty());
    }

    /**
     * Starts a proxy beside another process and then requests that this process retires. It is for the command line:
     * the type of the other process is internal. Otherwise like {@link #start(ProxyOptions)}.
     *
     * @param options the configuration file and the plugins
     * @param predecessor the process; empty to start a proxy alone
     * @return the running proxy; the caller closes it
     */
    @SuppressWarnings("exports") // only this module has the implementation
    public static ApexProxy start(ProxyOptions options, Optional<Predecessor> predecessor) {
        return new ProxyStart(options, ProviderRegistry.load(options.pluginsDirectory()), new SystemNameResolver(),
                options.isProcess() ? Supervisor::ofProcess : Supervisor::none, predecessor).run();
    }

    /** Applies the first configuration, and lets the predecessor retire. */
    void begin(PreparedConfig prepared, Optional<Handover> handover, Optional<Predecessor> predecessor) {
        if (predecessor.isEmpty()) {
            controlEndpoint.open();
        }
        live.start(prepared, handover);
        predecessor.ifPresent(running -> {
            running.retire();
            controlEndpoint.open(); // now, because the predecessor can have had the same path
        });
    }

    /**
     * Validates a configuration without opening a listener or probing a backend.
     *
     * @param options the configuration file and the plugins
     * @return warnings about valid but probably unintended settings, one line each
     * @throws ConfigException if the configuration is not valid, with all its mistakes
     */
    public static List<String> check(ProxyOptions options) {
        return ProxyStart.check(options);
    }

    /**
     * Reads the configuration again and applies the differences. If it is not valid, logs its mistakes and changes
     * nothing. Blocks until the change is complete.
     */
    public void reload() {
        live.reload();
    }

    /**
     * Sets the action for a takeover: a new process has asked this one to retire over the control socket. When the
     * action runs, the listeners and the admin endpoint are closed. It must not block, and lets the program call
     * {@link #shutdown} and end. Without an action, this process cannot be taken over.
     *
     * @param action called once at most, on a thread of the control socket
     */
    public void onRetire(Runnable action) {
        succession.onRetire(action);
    }

    private Handover handover() {
        return deployment.handover(admin.bound());
    }

    /** The admin endpoint is closed first, so that its probes do not see that this process drains. */
    private void stopForSuccessor() {
        notifier.retire();
        admin.close();
        controlEndpoint.moveAside();
        live.stop();
    }

    /**
     * Is no longer ready, accepts for {@code drain_delay}, stops accepting, waits up to {@code drain_timeout} of each
     * listener for its sessions to finish, aborts the remaining sessions and closes the proxy. Blocks. {@link #close}
     * ends the wait.
     *
     * @return whether all sessions finished before the timeouts
     */
    public boolean shutdown() {
        if (succession.isInProgress()) { // its supervisor would take the end of this process for that of the service
            notifier.retire();
        }
        try {
            return drain.run(live.config().drainDelay());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            close();
        }
    }

    /** Aborts all sessions and closes the proxy. Concurrent calls return when the first one is complete. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                closeAll();
            } finally {
                closeCompleted.countDown();
            }
        } else {
            try {
                closeCompleted.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void closeAll() {
        controlEndpoint.close();
        if (deployment.isStopped()) {
            deployment.closeWaitingConnections(); // a drain that was cancelled has left them
        }
        live.stop();
        admin.close();
        sources.close();
        try {
            relay.abortSessions(Cause.SHUTDOWN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        relay.close();
        deployment.close();
        close("loop of the probes", connector);
        control.shutdownNow();
        if (resolver instanceof AutoCloseable closeable) {
            close("name resolver", closeable);
        }
    }

    static void close(String name, AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.warn("failed to close the {}", name, e);
        }
    }

    /**
     * Returns the current state of listeners, pools, plugins and event loops.
     *
     * @return an immutable view
     */
    public Snapshot snapshot() {
        return snapshots.take(live.phase(), live.lastReload(), live.registry());
    }

    private Snapshot.Readiness readiness() {
        return snapshots.readiness(live.phase());
    }
}

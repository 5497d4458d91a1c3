package io.apexproxy.runtime;

import io.apexproxy.runtime.config.ProxyConfig.EngineName;
import io.apexproxy.runtime.engine.choice.EngineChoice;
import io.apexproxy.runtime.limit.DescriptorLimit;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import io.apexproxy.runtime.pool.names.NameResolver;
import io.apexproxy.runtime.pool.names.SystemNameResolver;
import io.apexproxy.runtime.probe.ProbeConnector;
import io.apexproxy.runtime.relay.accept.InheritedSockets;
import io.apexproxy.runtime.supervisor.Supervisor;
import io.apexproxy.runtime.takeover.Handover;
import io.apexproxy.runtime.takeover.Predecessor;
import io.apexproxy.runtime.takeover.TakeoverRisks;
import io.apexproxy.runtime.warmup.WarmUp;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a start. After a failure, everything is closed.
 *
 * @param options the configuration file and the plugins
 * @param providers the plugins
 * @param resolver looks up the names of backends; the proxy closes it
 * @param supervisors returns the supervisor that has started the process
 * @param predecessor the process that this one takes over
 */
record ProxyStart(ProxyOptions options, ProviderRegistry providers, NameResolver resolver,
        Supplier<Supervisor> supervisors, Optional<Predecessor> predecessor) {

    private static final Logger LOG = LoggerFactory.getLogger("apex");

    /** Starts the proxy. Blocks until every listener accepts. */
    ApexProxy run() {
        StartReport.logProcess(SnapshotTaker.version(), options);
        Supervisor supervisor = supervisors.get();
        CompletableFuture<EngineChoice> choice = new CompletableFuture<>();
        // a plugin that connects before the configuration is read gets the default engine
        ProbeConnector connector = new ProbeConnector(
                () -> choice.getNow(EngineChoice.of(EngineName.AUTO, 0)).engine());
        ProviderRegistry registry = providers.withConnector(connector);
        Sources sources = new Sources(options, registry);
        try {
            Sources.Candidate candidate = sources.read(registry);
            sources.commit(candidate);
            try (PreparedConfig prepared = new PreparedConfig(candidate, registry, options.directory(),
                    PreparedConfig.Current.NONE)) {
                DescriptorLimit descriptors = DescriptorLimit.ofThisProcess();
                choice.complete(EngineChoice.of(prepared.config().engine(), descriptors.pipesPerLoop()));
                InheritedSockets inherited = supervisor.inherited(choice.join(), prepared.config());
                Optional<Handover> handover = predecessor.map(
                        running -> announceTo(running, supervisor));
                handover.ifPresent(any -> WarmUp.run(choice.join().engine(), registry)); // the predecessor serves
                ApexProxy proxy = new ApexProxy(options, registry, connector, resolver, sources,
                        prepared.config(), descriptors, choice.join(), inherited,
                        supervisor.notifier());
                try {
                    proxy.begin(prepared, handover, predecessor);
                } catch (RuntimeException | Error e) { // Error: for example, the system cannot create a thread
                    proxy.close();
                    throw e;
                }
                return proxy;
            }
        } catch (RuntimeException | Error e) {
            sources.close();
            ApexProxy.close("loop of the probes", connector);
            throw e;
        }
    }

    private static Handover announceTo(Predecessor running, Supervisor supervisor) {
        TakeoverRisks.log(running.pid(), supervisor.notifier().isActive());
        return running.announce();
    }

    /** Validates a configuration without opening a listener or probing a backend; returns warnings. */
    static List<String> check(ProxyOptions options) {
        ProviderRegistry registry = ProviderRegistry.load(options.pluginsDirectory());
        try (Sources sources = new Sources(options, registry); SystemNameResolver resolver = new SystemNameResolver()) {
            Sources.Candidate candidate = sources.read(registry);
            sources.commit(candidate);
            try (PreparedConfig prepared = new PreparedConfig(candidate, registry, options.directory(),
                    PreparedConfig.Current.NONE)) {
                LOG.debug("{} is valid: {}", options.configName(), prepared.config());
                return ConfigWarnings.of(prepared, candidate.tree(), resolver);
            }
        }
    }
}

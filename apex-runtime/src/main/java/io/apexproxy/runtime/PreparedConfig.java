package io.apexproxy.runtime;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Provider;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.api.route.RouterProvider;
import io.apexproxy.api.source.BackendSourceProvider;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.RoutingConfig;
import io.apexproxy.runtime.config.read.AddressOrigin;
import io.apexproxy.runtime.config.read.ConfigReader;
import io.apexproxy.runtime.config.tls.StartTls;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.engine.choice.EngineChoice;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.plugin.CreateMethod;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import io.apexproxy.runtime.routing.ListenerRouter;
import io.apexproxy.runtime.tls.files.TlsFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A validated configuration with all plugin instances that it needs. Unchanged plugins of the current configuration are
 * reused. Closing it closes the plugins that were created for it, unless {@link #transferPlugins} was called.
 */
final class PreparedConfig implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex");

    private final ConfigTree.Table tree;
    private final ProxyConfig config;
    private final List<String> unusedOverrides;
    private final Map<String, PoolPlugins> plugins = new LinkedHashMap<>();
    private final Map<String, PluginInstance<ListenerRouter>> routers = new LinkedHashMap<>();
    private final Optional<TlsSetup> tls;
    private final List<PluginInstance<?>> created = new ArrayList<>();

    /**
     * Validates a configuration and creates its plugins.
     *
     * @param candidate the configuration as the sources delivered it
     * @param registry the providers
     * @param directory the base of relative paths in the configuration
     * @param current the running pools and routers
     * @throws ConfigException with all mistakes, including those that the plugins report
     */
    PreparedConfig(Sources.Candidate candidate, ProviderRegistry registry, Path directory,
            Current current) {
        Problems problems = candidate.problems();
        tree = candidate.tree();
        ProxyConfig configured = ConfigReader.read(tree, problems);
        config = candidate.overrides().applyTo(configured);
        checkEngine(problems);
        unusedOverrides = candidate.overrides().unused(configured);
        // before plugins, because the first use of TLS in the process determines some of its properties
        tls = config.usesTls() || current.tls().isPresent()
                ? TlsSetup.prepare(config, tree, directory, current.tls(), problems) : Optional.empty();
        Creator creator = new Creator(registry, directory, problems);
        for (PoolConfig pool : config.pools()) {
            Optional<CurrentPool> running = Optional.ofNullable(current.pools().get(pool.name()));
            var balancer = running.filter(now -> now.config().loadBalancer().equals(pool.loadBalancer()))
                    .map(now -> now.plugins().balancer())
                    .or(() -> creator.create(LoadBalancerProvider.class, pool.loadBalancer(),
                            LoadBalancerProvider::create));
            var check = running.filter(now -> now.config().healthCheck().check().equals(pool.healthCheck().check()))
                    .map(now -> now.plugins().check())
                    .or(() -> creator.create(HealthCheckProvider.class, pool.healthCheck().check(),
                            HealthCheckProvider::create));
            var source = pool.backendsFrom().flatMap(from -> running
                    .filter(now -> now.config().backendsFrom().filter(any -> any.source().equals(from.source()))
                            .isPresent())
                    .flatMap(now -> now.plugins().source())
                    .or(() -> creator.create(BackendSourceProvider.class, from.source(),
                            BackendSourceProvider::create)));
            if (balancer.isPresent() && check.isPresent()) {
                plugins.put(pool.name(), new PoolPlugins(balancer.get(), check.get(), source));
            }
        }
        config.listeners().forEach(listener -> listener.routing().router()
                .flatMap(router -> router(router, creator, current.routers().get(listener.name())))
                .ifPresent(router -> {
                    routers.put(listener.name(), router);
                    checkStartTls(listener, router.get(), problems);
                }));
        if (!problems.isEmpty()) {
            close();
            problems.throwIfAny();
        }
        warnOfEmptyPools(current.pools());
    }

    /** Records an engine that this process cannot have: the next start would fail. */
    private void checkEngine(Problems problems) {
        EngineChoice.unavailability(config.engine()).ifPresent(reason -> problems.add(
                tree.members().get("engine").value().origin(),
                "engine: '" + config.engine().text()
                        + "' cannot be used: " + reason + "; \"auto\" uses the fastest engine that is available"));
    }

    /** Returns the router of a listener: the running one if its settings are the same. Checks that its pools exist. */
    private Optional<PluginInstance<ListenerRouter>> router(ProviderConfig selection, Creator creator,
            CurrentRouter current) {
        Optional<PluginInstance<ListenerRouter>> router = current != null && current.config().equals(selection)
                ? Optional.of(current.instance())
                : creator.create(RouterProvider.class, selection, ListenerRouter::create);
        List<String> known = config.pools().stream().map(PoolConfig::name).toList();
        router.ifPresent(instance -> instance.get().pools().stream().filter(pool -> !known.contains(pool)).sorted()
                .forEach(pool -> creator.problems.add(selection.origin(), selection.path() + ": the router uses pool '"
                        + CleanText.piece(pool) + "', which does not exist" + Problems.didYouMean(pool, known)
                        + "; available: " + CleanText.list(known))));
        return router;
    }

    /** Records a request for TLS that the listener would answer without a decision that needs its ClientHello. */
    private static void checkStartTls(ListenerConfig listener, ListenerRouter router, Problems problems) {
        RoutingConfig routing = listener.routing();
        boolean needsHello = listener.tls().isPresent() || routing.readsHello() || router.readsHello();
        if (routing.starttls() != StartTls.OFF && !needsHello) {
            problems.add(routing.router().orElseThrow().origin(), "listeners." + listener.name() + ".starttls: has no"
                    + " effect, because neither the router nor a route needs the ClientHello; leave it out");
        }
    }

    /** Logs pools without backends, except running pools that already have none. */
    private void warnOfEmptyPools(Map<String, CurrentPool> current) {
        List<String> empty = config.pools().stream()
                .filter(pool -> pool.backends().isEmpty() && pool.backendsFrom().isEmpty())
                .filter(pool -> Optional.ofNullable(current.get(pool.name())).stream()
                        .noneMatch(now -> now.config().backends().isEmpty()))
                .map(pool -> "pools." + pool.name()).toList();
        if (!empty.isEmpty()) {
            LOG.warn("{}: no backends; connections are closed at once until the pool has a backend",
                    CleanText.list(empty));
        }
    }

    ProxyConfig config() {
        return config;
    }

    /** Returns a message for each override of a pool or a backend that does not exist. */
    List<String> unusedOverrides() {
        return unusedOverrides;
    }

    /** Returns the origin and the key of an address, such as {@code config.toml:3:15: listeners.web.listen_addr}. */
    String origin(ListenerConfig listener, int index) {
        return AddressOrigin.ofListener(tree, listener.name(), index);
    }

    /** Returns the origin and the key of the address of the admin endpoint. */
    String adminOrigin() {
        return AddressOrigin.ofAdmin(tree);
    }

    PoolPlugins plugins(PoolConfig pool) {
        return plugins.get(pool.name());
    }

    /** Returns the routers by the name of their listener. */
    Map<String, PluginInstance<ListenerRouter>> routers() {
        return routers;
    }

    /** Returns the TLS; empty if no configuration since the start has used it. */
    Optional<TlsSetup> tls() {
        return tls;
    }

    /** Transfers the created plugins to their users, which close them from now on. */
    void transferPlugins() {
        created.clear();
    }

    @Override
    public void close() {
        created.forEach(PluginInstance::close);
        created.clear();
    }

    /**
     * The running objects that a new configuration can keep.
     *
     * @param pools the pools, by name
     * @param routers the routers, by the name of their listener
     * @param tls the files of TLS; empty if no configuration has used TLS so far
     */
    record Current(Map<String, CurrentPool> pools, Map<String, CurrentRouter> routers, Optional<TlsFiles> tls) {

        static final Current NONE = new Current(Map.of(), Map.of(), Optional.empty());
    }

    /**
     * A running router.
     *
     * @param config its configuration
     * @param instance the router
     */
    record CurrentRouter(ProviderConfig config, PluginInstance<ListenerRouter> instance) {
    }

    /**
     * A running pool.
     *
     * @param config its configuration
     * @param plugins its plugins
     */
    record CurrentPool(PoolConfig config, PoolPlugins plugins) {
    }

    private final class Creator {
        private final ProviderRegistry registry;
        private final Path directory;
        private final Problems problems;

        private Creator(ProviderRegistry registry, Path directory, Problems problems) {
            this.registry = registry;
            this.directory = directory;
            this.problems = problems;
        }

        private <P extends Provider, T extends AutoCloseable> Optional<PluginInstance<T>> create(
                Class<P> kind, ProviderConfig selection, CreateMethod<P, T> method) {
            try {
                PluginInstance<T> instance = registry.create(kind, selection, directory, method);
                created.add(instance);
                return Optional.of(instance);
            } catch (ConfigException e) {
                problems.addAll(e.problems());
                return Optional.empty();
            }
        }
    }
}

package io.apexproxy.runtime;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Provider;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.read.AddressOrigin;
import io.apexproxy.runtime.config.read.ConfigReader;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.plugin.CreateMethod;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.plugin.ProviderRegistry;
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
    private final Map<String, PoolPlugins> plugins = new LinkedHashMap<>();
    private final List<PluginInstance<?>> created = new ArrayList<>();

    /**
     * Validates a configuration and creates its plugins.
     *
     * @param candidate the configuration as the sources delivered it
     * @param registry the providers
     * @param directory the base of relative paths in the configuration
     * @param current the running pools, by name
     * @throws ConfigException with all mistakes, including those that the plugins report
     */
    PreparedConfig(Sources.Candidate candidate, ProviderRegistry registry, Path directory,
            Map<String, CurrentPool> current) {
        Problems problems = candidate.problems();
        tree = candidate.tree();
        config = ConfigReader.read(tree, problems);
        Creator creator = new Creator(registry, directory, problems);
        for (PoolConfig pool : config.pools()) {
            Optional<CurrentPool> running = Optional.ofNullable(current.get(pool.name()));
            var balancer = running.filter(now -> now.config().loadBalancer().equals(pool.loadBalancer()))
                    .map(now -> now.plugins().balancer())
                    .or(() -> creator.create(LoadBalancerProvider.class, pool.loadBalancer(),
                            LoadBalancerProvider::create));
            var check = running.filter(now -> now.config().healthCheck().check().equals(pool.healthCheck().check()))
                    .map(now -> now.plugins().check())
                    .or(() -> creator.create(HealthCheckProvider.class, pool.healthCheck().check(),
                            HealthCheckProvider::create));
            if (balancer.isPresent() && check.isPresent()) {
                plugins.put(pool.name(), new PoolPlugins(balancer.get(), check.get()));
            }
        }
        if (!problems.isEmpty()) {
            close();
            problems.throwIfAny();
        }
        warnOfEmptyPools(current);
    }

    /** Logs pools without backends, except running pools that already have none. */
    private void warnOfEmptyPools(Map<String, CurrentPool> current) {
        List<String> empty = config.pools().stream().filter(pool -> pool.backends().isEmpty())
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

    /** Transfers the created plugins to the pools, which close them from now on. */
    void transferPlugins() {
        created.clear();
    }

    @Override
    public void close() {
        created.forEach(PluginInstance::close);
        created.clear();
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

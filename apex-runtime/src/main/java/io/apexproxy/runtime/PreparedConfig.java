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
 * A configuration whose mistakes have all been looked for: validated, and with the plugin instances that it needs and
 * the present one does not have. As long as it is not {@link #taken}, closing it undoes everything.
 */
final class PreparedConfig implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex");

    private final ConfigTree.Table tree;
    private final ProxyConfig config;
    private final Map<String, PoolPlugins> plugins = new LinkedHashMap<>();
    private final List<PluginInstance<?>> created = new ArrayList<>();

    /**
     * Validates a configuration and creates what it needs.
     *
     * @param reading what the sources delivered
     * @param registry the providers
     * @param directory which paths in the configuration are relative to
     * @param present the configuration and plugins that are at work now, by pool; used again where nothing changed
     * @throws ConfigException with all mistakes, also those that only plugins find
     */
    PreparedConfig(Sources.Candidate reading, ProviderRegistry registry, Path directory, Map<String, Present> present) {
        Problems problems = reading.problems();
        tree = reading.tree();
        config = ConfigReader.read(tree, problems);
        for (PoolConfig pool : config.pools()) {
            Optional<Present> now = Optional.ofNullable(present.get(pool.name()));
            Creator creator = new Creator(registry, directory, problems);
            var balancer = now.filter(p -> p.config().loadBalancer().equals(pool.loadBalancer()))
                    .map(p -> p.plugins().balancer())
                    .or(() -> creator.create(LoadBalancerProvider.class, pool.loadBalancer(),
                            LoadBalancerProvider::create));
            var check = now.filter(p -> p.config().healthCheck().check().equals(pool.healthCheck().check()))
                    .map(p -> p.plugins().check())
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
        warnOfEmptyPools(present);
    }

    /** Names pools that have no backends and, as far as they are present, had some. */
    private void warnOfEmptyPools(Map<String, Present> present) {
        List<String> empty = config.pools().stream().filter(pool -> pool.backends().isEmpty())
                .filter(pool -> Optional.ofNullable(present.get(pool.name())).stream()
                        .noneMatch(now -> now.config().backends().isEmpty()))
                .map(pool -> "pools." + pool.name()).toList();
        if (!empty.isEmpty()) {
            LOG.warn("{}: no backends; until a pool has one, its clients are closed at once", CleanText.list(empty));
        }
    }

    ProxyConfig config() {
        return config;
    }

    /** Where an address is written: {@code config.toml:3:15: listeners.web.listen_addr}. */
    String origin(ListenerConfig listener, int index) {
        return AddressOrigin.ofListener(tree, listener.name(), index);
    }

    /** Where the address of the admin endpoint is written. */
    String adminOrigin() {
        return AddressOrigin.ofAdmin(tree);
    }

    PoolPlugins plugins(PoolConfig pool) {
        return plugins.get(pool.name());
    }

    /** What was created has found its place and is closed by others from now on. */
    void taken() {
        created.clear();
    }

    @Override
    public void close() {
        created.forEach(PluginInstance::close);
        created.clear();
    }

    /**
     * A pool as it is now.
     *
     * @param config what it was last told to be
     * @param plugins which serve it
     */
    record Present(PoolConfig config, PoolPlugins plugins) {
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
                Class<P> kind, ProviderConfig selection, CreateMethod<P, T> creation) {
            try {
                PluginInstance<T> instance = registry.create(kind, selection, directory, creation);
                created.add(instance);
                return Optional.of(instance);
            } catch (ConfigException e) {
                problems.addAll(e.problems());
                return Optional.empty();
            }
        }
    }
}

package io.apexproxy.runtime;

import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.PoolContext;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Verdict;
import io.apexproxy.runtime.source.BackendSources;
import io.apexproxy.runtime.source.SourceStatus;
import io.apexproxy.runtime.takeover.Handover;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The running pools, and removed ones that can still have connections. Pools change on the control thread. The
 * collections are immutable and replaced as a whole, so that any thread may read them.
 */
final class DeployedPools {

    private static final int MAX_REMOVED = 64;

    private final PoolContext context;
    private final BackendSources sources;
    private volatile Map<String, Pool> pools = Map.of();
    /** The most recently removed pools that still had connections when they were removed. */
    private volatile List<Pool> removed = List.of();

    DeployedPools(PoolContext context, BackendSources sources) {
        this.context = context;
        this.sources = sources;
    }

    /** Returns the state of a pool's source; empty if it has none. Any thread. */
    Optional<SourceStatus> source(Pool pool) {
        return sources.status(pool);
    }

    /** Returns the configured pools by name. During a change, removed pools are last. */
    Map<String, Pool> byName() {
        return pools;
    }

    /** Returns the configured pools and the removed pools that can still have connections. */
    List<Pool> all() {
        return Stream.concat(pools.values().stream(), removed.stream()).toList();
    }

    /** Returns the pools that a new configuration can keep. On the control thread. */
    Map<String, PreparedConfig.CurrentPool> current() {
        return pools.values().stream().collect(Collectors.toMap(Pool::name,
                pool -> new PreparedConfig.CurrentPool(pool.config(),
                        new PoolPlugins(pool.balancer(), pool.check(), sources.instance(pool)))));
    }

    /** Returns the verdicts of the last probes: up or down. Any thread. */
    Map<Handover.Key, Verdict> verdicts() {
        Map<Handover.Key, Verdict> verdicts = new HashMap<>();
        for (Pool pool : pools.values()) {
            pool.backends().stream().filter(BackendState::isProbed).forEach(
                    backend -> verdicts.put(Handover.Key.of(pool.name(), backend), backend.verdict()));
        }
        return verdicts;
    }

    /**
     * Starts or changes the pools of a configuration. Removed pools continue until {@link #commit}; {@link #close}
     * closes them, too. On the control thread.
     *
     * @return the pools of the configuration
     */
    Map<String, Pool> apply(PreparedConfig prepared) {
        Map<String, Pool> next = new LinkedHashMap<>();
        for (PoolConfig config : prepared.config().pools()) {
            Pool pool = Optional.ofNullable(pools.get(config.name())).orElseGet(() -> new Pool(config.name(), context));
            PoolPlugins plugins = prepared.plugins(config);
            pool.setTls(prepared.tls().flatMap(setup -> setup.prepared().pool(config.name())));
            pool.apply(config, plugins.balancer(), plugins.check());
            plugins.source().ifPresentOrElse(
                    source -> sources.apply(pool, config.backendsFrom().orElseThrow(), source),
                    () -> sources.remove(pool));
            next.put(config.name(), pool);
        }
        prepared.transferPlugins();
        Map<String, Pool> union = new LinkedHashMap<>(next);
        pools.forEach(union::putIfAbsent);
        pools = union; // visible in snapshots while listeners wait for first verdicts
        return next;
    }

    /** Closes the pools that are not in the configuration. On the control thread. */
    void commit(Map<String, Pool> next) {
        List<Pool> left = pools.values().stream().filter(pool -> !next.containsKey(pool.name())).toList();
        left.forEach(this::close);
        pools = next;
        List<Pool> kept = Stream.concat(removed.stream(), left.stream())
                .filter(pool -> !pool.removed().isEmpty()).toList();
        removed = kept.subList(Math.max(0, kept.size() - MAX_REMOVED), kept.size());
    }

    /** Closes all pools. On the control thread. */
    void close() {
        pools.values().forEach(this::close);
    }

    private void close(Pool pool) {
        sources.remove(pool);
        pool.close();
    }
}

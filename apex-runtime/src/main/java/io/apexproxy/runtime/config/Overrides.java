package io.apexproxy.runtime.config;

import io.apexproxy.api.Origin;
import io.apexproxy.runtime.log.CleanText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The content of the file of overrides: states and weights of backends, which replace those of the configuration.
 *
 * @param pools by the names of pools and of backends
 */
public record Overrides(Map<String, Map<String, Entry>> pools) {

    /** The overrides of a configuration without such a file. */
    public static final Overrides NONE = new Overrides(Map.of());

    /**
     * The overrides of one backend.
     *
     * @param state replaces the state; empty: the state of the configuration
     * @param weight replaces the weight; empty: the weight of the configuration
     * @param origin where the backend is named; not compared
     */
    public record Entry(Optional<BackendConfig.State> state, OptionalInt weight, Origin origin) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Entry that && state.equals(that.state) && weight.equals(that.weight);
        }

        @Override
        public int hashCode() {
            return Objects.hash(state, weight);
        }

        BackendConfig applyTo(BackendConfig backend) {
            return backend.with(weight.orElse(backend.weight()), state.orElse(backend.state()));
        }
    }

    /**
     * Returns these overrides with another entry of one backend.
     *
     * @param state replaces the state of the entry; empty: unchanged
     * @param weight replaces the weight of the entry; empty: unchanged
     * @param clear whether the entry is removed instead
     */
    public Overrides with(String pool, String backend, Optional<BackendConfig.State> state, OptionalInt weight,
            boolean clear) {
        Map<String, Map<String, Entry>> changed = new LinkedHashMap<>();
        pools.forEach((name, entries) -> changed.put(name, new LinkedHashMap<>(entries)));
        Map<String, Entry> entries = changed.computeIfAbsent(pool, name -> new LinkedHashMap<>());
        Optional<Entry> before = Optional.ofNullable(entries.remove(backend));
        if (!clear) {
            entries.put(backend, new Entry(state.or(() -> before.flatMap(Entry::state)),
                    weight.isPresent() ? weight : before.map(Entry::weight).orElseGet(OptionalInt::empty),
                    Origin.of("")));
        }
        changed.values().removeIf(Map::isEmpty);
        return new Overrides(changed);
    }

    /** Returns a configuration with these overrides. */
    public ProxyConfig applyTo(ProxyConfig config) {
        return pools.isEmpty() ? config : config.withPools(config.pools().stream().map(this::applyTo).toList());
    }

    private PoolConfig applyTo(PoolConfig pool) {
        Map<String, Entry> entries = pools.getOrDefault(pool.name(), Map.of());
        if (entries.isEmpty()) {
            return pool;
        }
        Map<String, Entry> rest = new LinkedHashMap<>(entries);
        List<BackendConfig> backends = pool.backends().stream()
                .map(backend -> Optional.ofNullable(rest.remove(backend.name()))
                        .map(override -> override.applyTo(backend)).orElse(backend))
                .toList();
        return pool.with(backends, pool.backendsFrom().isPresent() ? rest : Map.of());
    }

    /**
     * Returns a message for each override of a pool or a backend that a configuration does not have. A pool with a
     * source of backends has any backend.
     */
    public List<String> unused(ProxyConfig config) {
        Map<String, PoolConfig> known = new LinkedHashMap<>();
        config.pools().forEach(pool -> known.put(pool.name(), pool));
        List<String> unused = new ArrayList<>();
        pools.forEach((name, backends) -> {
            Optional<PoolConfig> pool = Optional.ofNullable(known.get(name));
            Set<String> names = pool.stream().flatMap(existing -> existing.backends().stream())
                    .map(BackendConfig::name).collect(Collectors.toSet());
            boolean hasSource = pool.filter(existing -> existing.backendsFrom().isPresent()).isPresent();
            backends.forEach((backend, override) -> {
                if (!names.contains(backend) && !hasSource) { // a source can find the backend later
                    unused.add(override.origin() + ": pools." + CleanText.piece(name) + ".backends."
                            + CleanText.piece(backend) + ": no such " + (known.containsKey(name) ? "backend" : "pool")
                            + " in the configuration; the entry has no effect");
                }
            });
        });
        return List.copyOf(unused);
    }
}

package io.apexproxy.runtime.config.read;

import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.Overrides;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.config.tree.ValueType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;

/** Reader of a file of overrides, which has tables {@code [pools.POOL.backends.BACKEND]} and nothing else. */
public final class OverridesReader {

    private static final String EXAMPLE = "a table such as [pools.web.backends.app1]";

    private OverridesReader() {
    }

    /**
     * Reads overrides. Continues after each mistake. A result with mistakes must not be applied.
     *
     * @param tree the root table of the file
     * @param problems collects the mistakes
     * @return the overrides, in the order of the file
     */
    public static Overrides read(ConfigTree.Table tree, Problems problems) {
        TreeSettings root = new TreeSettings(tree, "", problems);
        Map<String, Map<String, Overrides.Entry>> pools = new LinkedHashMap<>();
        forEach(root.table("pools"), (pool, table) -> {
            Map<String, Overrides.Entry> backends = new LinkedHashMap<>();
            forEach(table.table("backends"), (backend, settings) -> backends.put(backend, read(settings)));
            pools.put(pool, backends);
        });
        root.reportUnread();
        return new Overrides(pools);
    }

    private static void forEach(TreeSettings tables, BiConsumer<String, TreeSettings> reader) {
        for (String name : tables.keys()) {
            tables.read(name, ValueType.table(EXAMPLE))
                    .ifPresent(table -> reader.accept(name, tables.open(table, tables.path(name))));
        }
    }

    private static Overrides.Entry read(TreeSettings settings) {
        Optional<BackendConfig.State> state = settings.read("state", ValueType.choice(BackendConfig.State.class));
        Optional<Long> weight = settings.read("weight", ValueType.integer(0, BackendConfig.MAX_WEIGHT));
        return new Overrides.Entry(state,
                weight.map(value -> OptionalInt.of(value.intValue())).orElseGet(OptionalInt::empty), settings.origin());
    }
}

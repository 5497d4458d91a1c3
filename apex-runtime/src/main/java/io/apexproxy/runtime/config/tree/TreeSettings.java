package io.apexproxy.runtime.config.tree;

import io.apexproxy.api.Origin;
import io.apexproxy.api.Settings;
import io.apexproxy.api.config.ConfigTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Settings that are read from a table of the tree. A {@link Problems} collects the messages about invalid values and
 * about keys that were not read.
 *
 * <p>Plugins receive it as {@link Settings}. The runtime reads its own tables with it. Confined to one thread.
 */
public final class TreeSettings extends TableReader implements Settings {

    /** By identity and path: equal tables, and a table at two paths, have separate views. */
    private final IdentityHashMap<ConfigTree.Table, Map<String, TreeSettings>> nested = new IdentityHashMap<>();

    /**
     * Creates a view of a table of which no key has been read.
     *
     * @param table the table
     * @param path the path of the table, for messages: {@code pools.web.health_check}; empty for the root
     * @param problems collects the mistakes
     */
    public TreeSettings(ConfigTree.Table table, String path, Problems problems) {
        this(table, path, problems, new Secrets(), false);
    }

    private TreeSettings(ConfigTree.Table table, String path, Problems problems, Secrets secrets, boolean secret) {
        super(table, path, problems, secrets, secret);
    }

    /**
     * Reports the keys that were not read, in this table and in the nested tables that were read. Each message suggests
     * the most similar known key. The caller has read all keys before.
     */
    public void reportUnread() {
        unknownKeys().report(problems);
        nested.values().stream().flatMap(views -> views.values().stream()).forEach(TreeSettings::reportUnread);
    }

    /**
     * Reports the keys that were not read and that resemble a key that was read but is missing. Called when reading
     * failed before all keys were read.
     */
    public void reportMisspelt() {
        unknownKeys().reportMisspelt(problems);
        nested.values().stream().flatMap(views -> views.values().stream()).forEach(TreeSettings::reportMisspelt);
    }

    @Override
    public Origin origin() {
        return table.origin();
    }

    @Override
    public Set<String> keys() {
        return table.members().keySet();
    }

    @Override
    public boolean has(String key) {
        return value(key).isPresent();
    }

    @Override
    public String string(String key) {
        return required(key, ValueType.STRING, isSecret(key));
    }

    @Override
    public String string(String key, String fallback) {
        return optional(key, ValueType.STRING, fallback);
    }

    @Override
    public String secret(String key) {
        value(key).ifPresent(secrets::add);
        return required(key, ValueType.STRING, true);
    }

    @Override
    public String secret(String key, String fallback) {
        Optional<ConfigTree> value = value(key);
        value.ifPresent(secrets::add);
        return value.flatMap(found -> read(path(key), found, ValueType.STRING, true)).orElse(fallback);
    }

    @Override
    public long integer(String key, long min, long max) {
        return required(key, ValueType.integer(min, max), isSecret(key));
    }

    @Override
    public long integer(String key, long min, long max, long fallback) {
        return optional(key, ValueType.integer(min, max), fallback);
    }

    @Override
    public boolean bool(String key, boolean fallback) {
        return optional(key, ValueType.BOOL, fallback);
    }

    @Override
    public Duration duration(String key, Duration fallback) {
        return optional(key, ValueType.DURATION, fallback);
    }

    /** Reads a duration that can be {@code "0s"}, which means off and is the default. */
    public Duration durationOrZero(String key) {
        return optional(key, ValueType.DURATION_OR_ZERO, Duration.ZERO);
    }

    @Override
    public long bytes(String key, long fallback) {
        return optional(key, ValueType.SIZE, fallback);
    }

    @Override
    public <E extends Enum<E>> E choice(String key, Class<E> type, E fallback) {
        return optional(key, ValueType.choice(type), fallback);
    }

    @Override
    public List<String> strings(String key) {
        return elements(key, "an array of strings such as [\"a\", \"b\"]", ValueType.STRING);
    }

    /**
     * Reads an array whose elements have a type; empty if it is missing or invalid. Each mistake is recorded.
     *
     * @param expected the description of a valid array, for messages: {@code an array of tables}
     */
    public <T> List<T> elements(String key, String expected, ValueType<T> type) {
        List<ConfigTree> elements = elements(key, expected);
        List<T> values = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            read(path(key, i), elements.get(i), type, isSecret(key)).ifPresent(values::add);
        }
        return values.size() == elements.size() ? List.copyOf(values) : List.of();
    }

    @Override
    public TreeSettings table(String key) {
        return read(key, ValueType.TABLE)
                .map(inner -> open(inner, path(key), isSecret(key)))
                .orElseGet(() -> new TreeSettings(new ConfigTree.Table(Map.of(), origin(key)), path(key), problems));
    }

    @Override
    public List<Settings> tables(String key) {
        List<ConfigTree.Table> inner = elements(key, "an array of tables", ValueType.TABLE);
        List<Settings> tables = new ArrayList<>();
        for (int i = 0; i < inner.size(); i++) {
            tables.add(open(inner.get(i), path(key, i), isSecret(key)));
        }
        return List.copyOf(tables);
    }

    /**
     * Returns the elements of an array; empty if it is missing. A value of another type is recorded as a mistake, which
     * contains the description {@code expected}: {@code an array of tables}.
     */
    public List<ConfigTree> elements(String key, String expected) {
        return read(key, ValueType.array(expected)).orElse(List.of());
    }

    /**
     * Returns the view of a table inside this one. Calls with the same table and path return the same view, which
     * accumulates the keys that were read.
     */
    public TreeSettings open(ConfigTree.Table inner, String innerPath) {
        return open(inner, innerPath, secret);
    }

    private TreeSettings open(ConfigTree.Table inner, String innerPath, boolean isSecret) {
        return nested.computeIfAbsent(inner, any -> new HashMap<>())
                .computeIfAbsent(innerPath, any -> new TreeSettings(inner, innerPath, problems, secrets, isSecret));
    }
}

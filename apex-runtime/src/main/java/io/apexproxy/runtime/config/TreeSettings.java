package io.apexproxy.runtime.config;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Origin;
import io.apexproxy.api.Settings;
import io.apexproxy.api.config.ConfigTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Settings that are read from a table of the tree. Wrong values go to a {@link Problems}, as do the keys that nobody
 * asked for, once {@link #reportUnread} is called.
 *
 * <p>Plugins get it as {@link Settings}; the runtime reads its own tables with it, too. Used on one thread.
 */
public final class TreeSettings implements Settings {

    private final ConfigTree.Table table;
    private final String path;
    private final Problems problems;

    private final Set<String> known = new LinkedHashSet<>();
    /** By identity and path: equal tables at different places, or one that stands at two, are read each on its own. */
    private final Map<ConfigTree.Table, Map<String, TreeSettings>> nested = new IdentityHashMap<>();

    /**
     * Creates a view of a table of which nothing was read yet.
     *
     * @param table the table
     * @param path where it stands, for messages: {@code pools.web.health_check}; empty for the root
     * @param problems where mistakes go
     */
    public TreeSettings(ConfigTree.Table table, String path, Problems problems) {
        this.table = table;
        this.path = path;
        this.problems = problems;
    }

    /**
     * Reports all keys that were not read, here and in the nested tables that were read, each with the nearest of the
     * names that were. Called after everything was read.
     */
    public void reportUnread() {
        table.members().forEach((key, member) -> {
            if (!known.contains(key)) {
                String where = path.isEmpty() ? "" : path + ": ";
                problems.add(member.key(), where + "unknown key '" + TomlText.plain(key) + "'" + wayOut(key));
            }
        });
        nested.values().stream().flatMap(places -> places.values().stream()).forEach(TreeSettings::reportUnread);
    }

    /** Names keys that are read elsewhere, so that the user is led to them, too. */
    void alsoKnown(Collection<String> keys) {
        known.addAll(keys);
    }

    /** Where this table stands, for messages. */
    String path() {
        return path;
    }

    /** Where a key's value stands, for messages. */
    String path(String key) {
        return path.isEmpty() ? TomlText.key(key) : path + "." + TomlText.key(key);
    }

    /** The place of a key's value; of the table, where it is missing. */
    Origin origin(String key) {
        ConfigTree.Member member = table.members().get(key);
        return member == null ? table.origin() : member.value().origin();
    }

    /** The place of a key that is there. */
    Origin keyOrigin(String key) {
        return table.members().get(key).key();
    }

    /** A key's value as it came from the source. Asking counts as reading it. */
    Optional<ConfigTree> value(String key) {
        known.add(key);
        return Optional.ofNullable(table.members().get(key)).map(ConfigTree.Member::value);
    }

    /** Records a mistake at a key's value. */
    void problem(String key, String message) {
        problems.add(origin(key), path(key) + ": " + message);
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
        return required(key, ValueType.STRING);
    }

    @Override
    public String string(String key, String fallback) {
        return optional(key, ValueType.STRING, fallback);
    }

    @Override
    public long integer(String key, long min, long max) {
        return required(key, ValueType.integer(min, max));
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
        List<ConfigTree> elements = elements(key, "an array of strings such as [\"a\", \"b\"]");
        List<String> strings = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            read(path(key, i), elements.get(i), ValueType.STRING).ifPresent(strings::add);
        }
        return strings.size() == elements.size() ? List.copyOf(strings) : List.of();
    }

    @Override
    public TreeSettings table(String key) {
        return read(key, ValueType.TABLE)
                .map(inner -> open(inner, path(key)))
                .orElseGet(() -> new TreeSettings(new ConfigTree.Table(Map.of(), origin(key)), path(key), problems));
    }

    @Override
    public List<Settings> tables(String key) {
        List<ConfigTree> elements = elements(key, "an array of tables");
        List<ConfigTree.Table> inner = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            read(path(key, i), elements.get(i), ValueType.TABLE).ifPresent(inner::add);
        }
        List<Settings> tables = new ArrayList<>();
        for (int i = 0; i < inner.size() && inner.size() == elements.size(); i++) {
            tables.add(open(inner.get(i), path(key, i)));
        }
        return List.copyOf(tables);
    }

    @Override
    public ConfigException invalid(String key, String message) {
        return new ConfigException(origin(key), path(key) + ": " + message);
    }

    /** The elements of an array; none where it is missing or, which is recorded, no array. */
    List<ConfigTree> elements(String key, String expected) {
        return read(key, ValueType.array(expected)).orElse(List.of());
    }

    /** The table without these keys. */
    ConfigTree.Table without(Collection<String> keys) {
        Map<String, ConfigTree.Member> rest = new LinkedHashMap<>(table.members());
        rest.keySet().removeAll(keys);
        return new ConfigTree.Table(rest, table.origin());
    }

    /** The view of a table inside this one; the same for every call, so that its reads add up. */
    TreeSettings open(ConfigTree.Table inner, String innerPath) {
        return nested.computeIfAbsent(inner, any -> new HashMap<>())
                .computeIfAbsent(innerPath, any -> new TreeSettings(inner, innerPath, problems));
    }

    /** Where an element of an array stands, for messages; counted from 0. */
    String path(String key, int index) {
        return path(key) + "[" + index + "]";
    }

    /** A key's value; empty where it is missing or, which is recorded, not of this type. */
    <T> Optional<T> read(String key, ValueType<T> type) {
        return value(key).flatMap(value -> read(path(key), value, type));
    }

    /** A value that stands somewhere inside this table; empty where it is, which is recorded, not of this type. */
    <T> Optional<T> read(String where, ConfigTree value, ValueType<T> type) {
        Optional<T> result = type.conversion().apply(value);
        if (result.isEmpty()) {
            problems.add(value.origin(), where + ": " + type.mistake(value));
        }
        return result;
    }

    /**
     * Records that a key is missing, unless a misspelt one is there, which is reported anyway. Called after all other
     * keys were read.
     */
    void require(String key, String expected) {
        if (!has(key) && misspelt(key).isEmpty()) {
            problem(key, "missing, expected " + expected);
        }
    }

    private <T> T required(String key, ValueType<T> type) {
        ConfigTree value = value(key).orElseThrow(() -> invalid(key, "missing, expected " + type.expected()
                + misspelt(key).map(other -> "; is '" + TomlText.plain(other) + "' a misspelling?").orElse("")));
        return type.conversion().apply(value).orElseThrow(() -> invalid(key, type.mistake(value)));
    }

    private <T> T optional(String key, ValueType<T> type, T fallback) {
        return read(key, type).orElse(fallback);
    }

    /** A key that nobody read so far and that looks like this one. */
    Optional<String> misspelt(String key) {
        return table.members().keySet().stream()
                .filter(other -> !known.contains(other) && !Problems.didYouMean(other, List.of(key)).isEmpty())
                .findFirst();
    }

    private String wayOut(String key) {
        String home = KeyHome.hint(path, key);
        if (!home.isEmpty()) {
            return home;
        }
        String guess = Problems.didYouMean(key, known);
        if (!guess.isEmpty()) {
            return guess;
        }
        return known.isEmpty() ? "; no key is known here"
                : "; known keys: " + known.stream().sorted().collect(Collectors.joining(", "));
    }
}

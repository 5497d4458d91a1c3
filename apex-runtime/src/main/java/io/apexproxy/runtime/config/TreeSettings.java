package io.apexproxy.runtime.config;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import io.apexproxy.api.Settings;
import io.apexproxy.api.config.ConfigTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
    /** By identity: equal tables at different places are read each on its own. */
    private final Map<ConfigTree.Table, TreeSettings> nested = new IdentityHashMap<>();

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
                problems.add(member.key(), prefix(path) + "unknown key '" + TomlText.plain(key) + "'" + wayOut(key));
            }
        });
        nested.values().forEach(TreeSettings::reportUnread);
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

    /** A key's value as it came from the source. Asking counts as reading it. */
    Optional<ConfigTree> value(String key) {
        known.add(key);
        return Optional.ofNullable(table.members().get(key)).map(ConfigTree.Member::value);
    }

    /** Records a mistake at a key's value. */
    void problem(String key, String message) {
        problems.add(origin(key), prefix(path(key)) + message);
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
        List<String> strings = new ArrayList<>();
        boolean good = true;
        List<ConfigTree> elements = elements(key, "an array of strings such as [\"a\", \"b\"]");
        for (int i = 0; i < elements.size(); i++) {
            Optional<String> text = ValueType.STRING.conversion().apply(elements.get(i));
            text.ifPresent(strings::add);
            if (text.isEmpty()) {
                good = false;
                report(mistake(path(key, i), elements.get(i), ValueType.STRING));
            }
        }
        return good ? List.copyOf(strings) : List.of();
    }

    @Override
    public TreeSettings table(String key) {
        Optional<ConfigTree> value = value(key);
        if (value.isPresent() && value.get() instanceof ConfigTree.Table inner) {
            return open(inner, path(key));
        }
        value.ifPresent(wrong -> problem(key, "expected a table, found " + TomlText.value(wrong)));
        return new TreeSettings(new ConfigTree.Table(Map.of(), origin(key)), path(key), problems);
    }

    @Override
    public List<Settings> tables(String key) {
        List<Settings> tables = new ArrayList<>();
        boolean good = true;
        List<ConfigTree> elements = elements(key, "an array of tables");
        for (int i = 0; i < elements.size(); i++) {
            if (elements.get(i) instanceof ConfigTree.Table inner) {
                tables.add(open(inner, path(key, i)));
            } else {
                good = false;
                String found = TomlText.value(elements.get(i));
                problems.add(elements.get(i).origin(), path(key, i) + ": expected a table, found " + found);
            }
        }
        return good ? List.copyOf(tables) : List.of();
    }

    @Override
    public ConfigException invalid(String key, String message) {
        return new ConfigException(origin(key), prefix(path(key)) + message);
    }

    /** The elements of an array; none where it is missing or, which is recorded, no array. */
    List<ConfigTree> elements(String key, String expected) {
        Optional<ConfigTree> value = value(key);
        if (value.isPresent() && value.get() instanceof ConfigTree.Array array) {
            return array.elements();
        }
        value.ifPresent(wrong -> problem(key, "expected " + expected + ", found " + TomlText.value(wrong)));
        return List.of();
    }

    /** The view of a table inside this one; the same for every call, so that its reads add up. */
    TreeSettings open(ConfigTree.Table inner, String innerPath) {
        return nested.computeIfAbsent(inner, table -> new TreeSettings(table, innerPath, problems));
    }

    /** Where an element of an array stands, for messages; counted from 0. */
    String path(String key, int index) {
        return path(key) + "[" + index + "]";
    }

    private <T> T required(String key, ValueType<T> type) {
        ConfigTree value = value(key).orElseThrow(() -> invalid(key, "missing, expected " + type.expected()));
        return type.conversion().apply(value)
                .orElseThrow(() -> new ConfigException(List.of(mistake(path(key), value, type))));
    }

    private <T> T optional(String key, ValueType<T> type, T fallback) {
        return value(key).map(value -> type.conversion().apply(value).orElseGet(() -> {
            report(mistake(path(key), value, type));
            return fallback;
        })).orElse(fallback);
    }

    private void report(ConfigProblem problem) {
        problems.addAll(List.of(problem));
    }

    private static ConfigProblem mistake(String where, ConfigTree value, ValueType<?> type) {
        String found = TomlText.value(value) + type.hint().apply(value);
        return new ConfigProblem(value.origin(), where + ": expected " + type.expected() + ", found " + found);
    }

    private static String prefix(String where) {
        return where.isEmpty() ? "" : where + ": ";
    }

    private String wayOut(String key) {
        String guess = Problems.didYouMean(key, known);
        if (!guess.isEmpty()) {
            return guess;
        }
        return known.isEmpty() ? "; no key is known here" : "; known keys: " + String.join(", ", known);
    }
}

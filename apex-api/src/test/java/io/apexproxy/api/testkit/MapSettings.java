package io.apexproxy.api.testkit;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Origin;
import io.apexproxy.api.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Settings from a map with values of the types {@link String}, whole number, {@link Boolean}, {@link List} and
 * {@link Map}. Durations are given as {@link Duration}, sizes as numbers of bytes.
 *
 * <p>Every mistake throws immediately. The runtime, in contrast, records mistakes of values that have a fallback.
 */
public final class MapSettings implements Settings {

    private final String path;
    private final Map<String, Object> values;
    private final Set<String> read = new HashSet<>();
    /** The nested tables that were read, by path. Calls for the same table share its record of read keys. */
    private final Map<String, MapSettings> nested = new LinkedHashMap<>();

    private MapSettings(String path, Map<String, ?> values) {
        this.path = path;
        this.values = new LinkedHashMap<>(values);
    }

    /** Creates settings with these keys and values. */
    public static MapSettings of(Map<String, ?> values) {
        return new MapSettings("", values);
    }

    /** Returns the paths of the keys that were not read. A nested table that was not read counts as one key. */
    public Set<String> unread() {
        Set<String> unread = new HashSet<>();
        values.keySet().stream().filter(key -> !read.contains(key)).forEach(key -> unread.add(path + key));
        nested.values().forEach(table -> unread.addAll(table.unread()));
        return unread;
    }

    @Override
    public Origin origin() {
        return Origin.of("test");
    }

    @Override
    public Set<String> keys() {
        return Collections.unmodifiableSet(values.keySet());
    }

    @Override
    public boolean has(String key) {
        read.add(key);
        return values.containsKey(key);
    }

    @Override
    public String string(String key) {
        return required(key, String.class, "a string");
    }

    @Override
    public String string(String key, String fallback) {
        return has(key) ? string(key) : fallback;
    }

    @Override
    public long integer(String key, long min, long max) {
        long value = required(key, Number.class, "a whole number").longValue();
        if (value < min || value > max) {
            throw invalid(key, "expected a whole number from " + min + " to " + max + ", found " + value);
        }
        return value;
    }

    @Override
    public long integer(String key, long min, long max, long fallback) {
        return has(key) ? integer(key, min, max) : fallback;
    }

    @Override
    public boolean bool(String key, boolean fallback) {
        return has(key) ? required(key, Boolean.class, "true or false") : fallback;
    }

    @Override
    public Duration duration(String key, Duration fallback) {
        return has(key) ? required(key, Duration.class, "a duration") : fallback;
    }

    @Override
    public long bytes(String key, long fallback) {
        return has(key) ? integer(key, 1, Long.MAX_VALUE) : fallback;
    }

    @Override
    public <E extends Enum<E>> E choice(String key, Class<E> type, E fallback) {
        if (!has(key)) {
            return fallback;
        }
        String word = string(key);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(word)) {
                return constant;
            }
        }
        throw invalid(key, "no such choice: " + word);
    }

    @Override
    public List<String> strings(String key) {
        return elements(key, String.class, "an array of strings");
    }

    @Override
    public Settings table(String key) {
        return nested(path + key, has(key) ? required(key, Map.class, "a table") : Map.of());
    }

    @Override
    public List<Settings> tables(String key) {
        List<Settings> tables = new ArrayList<>();
        for (Map<?, ?> element : elements(key, Map.class, "an array of tables")) {
            tables.add(nested(path + key + "[" + tables.size() + "]", element));
        }
        return List.copyOf(tables);
    }

    @Override
    public ConfigException invalid(String key, String message) {
        return new ConfigException(origin(), path + key + ": " + message);
    }

    private <T> T required(String key, Class<T> type, String expected) {
        read.add(key);
        Object value = values.get(key);
        if (!type.isInstance(value)) {
            throw invalid(key, "expected " + expected + ", found " + value);
        }
        return type.cast(value);
    }

    private <T> List<T> elements(String key, Class<T> type, String expected) {
        List<?> elements = has(key) ? required(key, List.class, expected) : List.of();
        if (!elements.stream().allMatch(type::isInstance)) {
            throw invalid(key, "expected " + expected + ", found " + elements);
        }
        return elements.stream().<T>map(type::cast).toList();
    }

    private MapSettings nested(String tablePath, Map<?, ?> table) {
        return nested.computeIfAbsent(tablePath, unused -> {
            Map<String, Object> members = new LinkedHashMap<>();
            table.forEach((name, value) -> members.put((String) name, value));
            return new MapSettings(tablePath + ".", members);
        });
    }
}

package io.apexproxy.runtime.config.tree;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reader of single values of a table. A {@link Problems} collects the messages about invalid values, with origins and
 * without secrets. Confined to one thread.
 */
abstract class TableReader {

    final ConfigTree.Table table;
    final String path;
    final Problems problems;
    final Secrets secrets;
    /** Whether the table is in a secret value. */
    final boolean secret;

    private final Set<String> known = new LinkedHashSet<>();

    TableReader(ConfigTree.Table table, String path, Problems problems, Secrets secrets, boolean secret) {
        this.table = table;
        this.path = path;
        this.problems = problems;
        this.secrets = secrets;
        this.secret = secret;
    }

    UnknownKeys unknownKeys() {
        return new UnknownKeys(table, path, known);
    }

    /** Returns a message of a plugin with {@code ***} for each secret of this table. */
    public String withoutSecrets(String message) {
        if (secret) {
            secrets.add(table);
        } else {
            secrets.addBySecretName(table);
        }
        return secrets.mask(message);
    }

    /** Adds keys that other code reads, so that messages about unknown keys suggest them. */
    public void addKnown(Collection<String> keys) {
        known.addAll(keys);
    }

    /** Returns the path of this table, for messages: {@code pools.web}; empty for the root. */
    public String path() {
        return path;
    }

    /** Returns the path of the value of a key, for messages: {@code pools.web.backends}. The key can be missing. */
    public String path(String key) {
        return path.isEmpty() ? TomlText.key(key) : path + "." + TomlText.key(key);
    }

    /** Returns the origin of the value of a key; that of the table if the key is missing. */
    public Origin origin(String key) {
        ConfigTree.Member member = table.members().get(key);
        return member == null ? table.origin() : member.value().origin();
    }

    /** Returns the origin of an element of an array; that of the value if it is no array or has no such element. */
    public Origin origin(String key, int index) {
        ConfigTree.Member member = table.members().get(key);
        return member != null && member.value() instanceof ConfigTree.Array array && index < array.elements().size()
                ? array.elements().get(index).origin()
                : origin(key);
    }

    /** Returns the origin of a key itself, not of its value. The table contains the key. */
    public Origin keyOrigin(String key) {
        return table.members().get(key).key();
    }

    /** Returns the unconverted value of a key; empty if the key is missing. The key counts as read. */
    public Optional<ConfigTree> value(String key) {
        known.add(key);
        return Optional.ofNullable(table.members().get(key)).map(ConfigTree.Member::value);
    }

    /** Returns whether the value of a key is an array without elements. The key counts as read. */
    public boolean isEmptyArray(String key) {
        return value(key)
                .filter(value -> value instanceof ConfigTree.Array array && array.elements().isEmpty()).isPresent();
    }

    /** Records a mistake in the value of a key. The message has no origin and no path. */
    public void problem(String key, String message) {
        problems.add(origin(key), path(key) + ": " + message);
    }

    /** Records a mistake in an element of an array. The message has no origin and no path. */
    public void problem(String key, int index, String message) {
        problems.add(origin(key, index), path(key, index) + ": " + message);
    }

    /** Records a mistake of the table as a whole. The message has no origin and no path. */
    public void problem(String message) {
        problems.add(table.origin(), path + ": " + message);
    }

    /**
     * Creates the exception for a value that cannot be used, with a message of a plugin: the expected and the found
     * value.
     */
    public ConfigException invalid(String key, String message) {
        return Problems.exception(origin(key), path(key) + ": " + withoutSecrets(message));
    }

    /** Returns a copy of the table without some keys, with the same origin. */
    public ConfigTree.Table without(Collection<String> keys) {
        Map<String, ConfigTree.Member> rest = new LinkedHashMap<>(table.members());
        rest.keySet().removeAll(keys);
        return new ConfigTree.Table(rest, table.origin());
    }

    /** Returns the path of an element of an array, for messages: {@code pools.web.backends[1]}. */
    public String path(String key, int index) {
        return path(key) + "[" + index + "]";
    }

    /** Reads the value of a key; empty if it is missing or of another type. The latter is recorded as a mistake. */
    public <T> Optional<T> read(String key, ValueType<T> type) {
        return value(key).flatMap(value -> read(path(key), value, type, isSecret(key)));
    }

    /**
     * Reads a value at any depth of this table; empty if it is of another type, which is recorded as a mistake with the
     * path {@code where}.
     */
    public <T> Optional<T> read(String where, ConfigTree value, ValueType<T> type) {
        return read(where, value, type, secret);
    }

    <T> Optional<T> read(String where, ConfigTree value, ValueType<T> type, boolean isSecret) {
        Optional<T> result = type.conversion().apply(value);
        if (result.isEmpty()) {
            problems.add(value.origin(), where + ": " + type.mistake(value, isSecret));
        }
        return result;
    }

    boolean isSecret(String key) {
        return secret || Secrets.isSecretName(key);
    }

    /**
     * Records that a key is missing, unless the table contains a misspelling of it, which is reported separately. The
     * caller has read all other keys before.
     *
     * @param key a key of this table
     * @param expected the description of valid values, for the message
     */
    public void require(String key, String expected) {
        if (value(key).isEmpty() && misspelling(key).isEmpty()) {
            problem(key, "missing, expected " + expected);
        }
    }

    <T> T required(String key, ValueType<T> type, boolean isSecret) {
        ConfigTree value = value(key).orElseThrow(() -> invalid(key, "missing, expected " + type.expected()
                + misspelling(key).map(other -> "; is '" + TomlText.plain(other) + "' a misspelling?").orElse("")));
        return type.conversion().apply(value).orElseThrow(() -> invalid(key, type.mistake(value, isSecret)));
    }

    <T> T optional(String key, ValueType<T> type, T fallback) {
        return read(key, type).orElse(fallback);
    }

    /** Finds an unread key that resembles a missing key and is probably a misspelling of it. */
    public Optional<String> misspelling(String key) {
        return unknownKeys().misspelling(key);
    }
}

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
 * Reads single values of a table of the tree. Wrong values go to a {@link Problems}, with their places and without
 * secrets. Used on one thread.
 */
abstract class TableReader {

    final ConfigTree.Table table;
    final String path;
    final Problems problems;
    final Secrets secrets;
    /** Whether the table is inside of a value that is secret. */
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

    /**
     * Returns a message without the secrets of this table.
     *
     * @param message which a plugin composed
     * @return the message with {@code ***} for each of them
     */
    public String withoutSecrets(String message) {
        if (secret) {
            secrets.add(table);
        } else {
            secrets.addNamed(table);
        }
        return secrets.removedFrom(message);
    }

    /**
     * Names keys that are read elsewhere, so that the user is led to them, too.
     *
     * @param keys of this table
     */
    public void alsoKnown(Collection<String> keys) {
        known.addAll(keys);
    }

    /**
     * Returns where this table is, for messages.
     *
     * @return such as {@code pools.web}; empty for the root
     */
    public String path() {
        return path;
    }

    /**
     * Returns where the value of a key is, for messages.
     *
     * @param key of this table; it may be missing
     * @return such as {@code pools.web.backends}
     */
    public String path(String key) {
        return path.isEmpty() ? TomlText.key(key) : path + "." + TomlText.key(key);
    }

    /**
     * Returns the origin of the value of a key.
     *
     * @param key of this table; it may be missing
     * @return the origin of the value; that of the table where the key is missing
     */
    public Origin origin(String key) {
        ConfigTree.Member member = table.members().get(key);
        return member == null ? table.origin() : member.value().origin();
    }

    /**
     * Returns the origin of a key.
     *
     * @param key of this table; it must be present
     * @return the origin of the key itself, not of its value
     */
    public Origin keyOrigin(String key) {
        return table.members().get(key).key();
    }

    /**
     * Returns the value of a key as it came from the source. The key counts as read.
     *
     * @param key of this table
     * @return the value; empty where the key is missing
     */
    public Optional<ConfigTree> value(String key) {
        known.add(key);
        return Optional.ofNullable(table.members().get(key)).map(ConfigTree.Member::value);
    }

    /**
     * Records a mistake at the value of a key.
     *
     * @param key of this table
     * @param message what is wrong, without the place and the path
     */
    public void problem(String key, String message) {
        problems.add(origin(key), path(key) + ": " + message);
    }

    /**
     * Makes the exception for a value that cannot be used.
     *
     * @param key the key whose value is wrong
     * @param message what was expected and what was found, composed by a plugin
     * @return the exception
     */
    public ConfigException invalid(String key, String message) {
        return Problems.exception(origin(key), path(key) + ": " + withoutSecrets(message));
    }

    /**
     * Returns the table without some keys.
     *
     * @param keys to leave out
     * @return a copy with the same origin
     */
    public ConfigTree.Table without(Collection<String> keys) {
        Map<String, ConfigTree.Member> rest = new LinkedHashMap<>(table.members());
        rest.keySet().removeAll(keys);
        return new ConfigTree.Table(rest, table.origin());
    }

    /**
     * Returns where an element of an array is, for messages.
     *
     * @param key whose value is the array
     * @param index of the element, from 0
     * @return such as {@code pools.web.backends[1]}
     */
    public String path(String key, int index) {
        return path(key) + "[" + index + "]";
    }

    /**
     * Reads the value of a key. A value of another type is recorded as a mistake.
     *
     * @param <T> what the value becomes
     * @param key of this table
     * @param type what the value may be
     * @return the value; empty where it is missing or not of this type
     */
    public <T> Optional<T> read(String key, ValueType<T> type) {
        return value(key).flatMap(value -> read(path(key), value, type, isSecret(key)));
    }

    /**
     * Reads a value that is somewhere inside this table. A value of another type is recorded as a mistake.
     *
     * @param <T> what the value becomes
     * @param where the path of the value, for messages
     * @param value the value
     * @param type what the value may be
     * @return the value; empty where it is not of this type
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
        return secret || Secrets.isNamed(key);
    }

    /**
     * Records that a key is missing, unless a misspelt one is there, which is reported anyway. Called after all other
     * keys were read.
     *
     * @param key of this table
     * @param expected for the message: what the value may be
     */
    public void require(String key, String expected) {
        if (value(key).isEmpty() && misspelt(key).isEmpty()) {
            problem(key, "missing, expected " + expected);
        }
    }

    <T> T required(String key, ValueType<T> type, boolean isSecret) {
        ConfigTree value = value(key).orElseThrow(() -> invalid(key, "missing, expected " + type.expected()
                + misspelt(key).map(other -> "; is '" + TomlText.plain(other) + "' a misspelling?").orElse("")));
        return type.conversion().apply(value).orElseThrow(() -> invalid(key, type.mistake(value, isSecret)));
    }

    <T> T optional(String key, ValueType<T> type, T fallback) {
        return read(key, type).orElse(fallback);
    }

    /**
     * Finds a key that was not read so far and that looks like another one.
     *
     * @param key that is missing
     * @return the key that may be a misspelling of it; empty if there is none
     */
    public Optional<String> misspelt(String key) {
        return unknownKeys().misspelt(key);
    }
}

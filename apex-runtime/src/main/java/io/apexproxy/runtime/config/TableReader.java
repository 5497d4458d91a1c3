package io.apexproxy.runtime.config;

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

    /** The table without these keys. */
    ConfigTree.Table without(Collection<String> keys) {
        Map<String, ConfigTree.Member> rest = new LinkedHashMap<>(table.members());
        rest.keySet().removeAll(keys);
        return new ConfigTree.Table(rest, table.origin());
    }

    /** Where an element of an array stands, for messages; counted from 0. */
    String path(String key, int index) {
        return path(key) + "[" + index + "]";
    }

    /** A key's value; empty where it is missing or, which is recorded, not of this type. */
    <T> Optional<T> read(String key, ValueType<T> type) {
        return value(key).flatMap(value -> read(path(key), value, type, isSecret(key)));
    }

    /** A value that stands somewhere inside this table; empty where it is, which is recorded, not of this type. */
    <T> Optional<T> read(String where, ConfigTree value, ValueType<T> type) {
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
     */
    void require(String key, String expected) {
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

    /** A key that was not read so far and that looks like this one. */
    Optional<String> misspelt(String key) {
        return unknownKeys().misspelt(key);
    }
}

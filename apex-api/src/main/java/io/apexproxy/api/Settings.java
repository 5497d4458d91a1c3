package io.apexproxy.api;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A read-only view of the configuration table that selects a plugin.
 *
 * <p>Read all settings in {@code create}, by name and type. The runtime handles mistakes as follows:
 * <ul>
 * <li>A key that the plugin does not read is a mistake. The runtime reports it with the most similar name that was
 *     read.
 * <li>A value of the wrong type or range is recorded. A method with a fallback then returns the fallback, so that
 *     {@code create} continues and all mistakes are reported together. The instance is closed without being used.
 * <li>A method without a fallback throws {@link ConfigException} if the value is missing or wrong. Do not catch it.
 * </ul>
 *
 * <p>Settings are not thread-safe and are valid only during {@code create}.
 *
 * @since 0.1
 */
public interface Settings {

    /**
     * Returns the origin of the table.
     *
     * @return the position of its header or opening brace, or of the string that is the short form of the table
     */
    Origin origin();

    /**
     * Returns the keys of this table in the order of the source. This call does not count as reading them.
     *
     * @return an unmodifiable set
     */
    Set<String> keys();

    /**
     * Returns whether the key is present, with a value of any type. This call counts as reading it.
     *
     * @param key the key
     * @return {@code true} if the key is present
     */
    boolean has(String key);

    /**
     * Returns a required string.
     *
     * @param key the key
     * @return the value
     * @throws ConfigException if it is missing or not a string
     */
    String string(String key);

    /**
     * Returns an optional string.
     *
     * @param key the key
     * @param fallback the value if the key is missing
     * @return the value
     */
    String string(String key, String fallback);

    /**
     * Returns a required string that must not appear in messages, such as a password. The runtime never quotes the
     * value, and removes it from exceptions of {@code create}. The same applies to every setting with a
     * {@linkplain #isSecretName(String) secret name}, regardless of the method that reads it.
     *
     * @param key the key
     * @return the value
     * @throws ConfigException if it is missing or not a string
     * @since 0.2
     */
    default String secret(String key) {
        return string(key);
    }

    /**
     * Returns an optional string that must not appear in messages, see {@link #secret(String)}.
     *
     * @param key the key
     * @param fallback the value if the key is missing
     * @return the value
     * @since 0.2
     */
    default String secret(String key, String fallback) {
        return string(key, fallback);
    }

    /**
     * Returns whether a name marks its value as a secret, which must not appear in messages. Such a name contains
     * {@code password}, {@code passwd}, {@code passphrase}, {@code credential}, {@code token}, {@code secret} or
     * {@code key}, in upper or lower case.
     *
     * @param name the name of a setting or a table
     * @return {@code true} if the name contains one of these words
     * @since 0.2
     */
    static boolean isSecretName(String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        return Stream.of("password", "passwd", "passphrase", "credential", "token", "secret", "key")
                .anyMatch(lowerCase::contains);
    }

    /**
     * Returns a required whole number.
     *
     * @param key the key
     * @param min the least allowed value
     * @param max the greatest allowed value
     * @return the value
     * @throws ConfigException if it is missing, not a whole number, or out of range
     */
    long integer(String key, long min, long max);

    /**
     * Returns an optional whole number.
     *
     * @param key the key
     * @param min the least allowed value
     * @param max the greatest allowed value
     * @param fallback the value if the key is missing; it can be outside the range
     * @return the value
     */
    long integer(String key, long min, long max, long fallback);

    /**
     * Returns an optional boolean, {@code true} or {@code false}.
     *
     * @param key the key
     * @param fallback the value if the key is missing
     * @return the value
     */
    boolean bool(String key, boolean fallback);

    /**
     * Returns an optional duration, written as a string with a unit: {@code "250ms"}, {@code "5s"}, {@code "10m"},
     * {@code "1h"}, {@code "1d"}.
     *
     * @param key the key
     * @param fallback the value if the key is missing
     * @return the value, positive
     */
    Duration duration(String key, Duration fallback);

    /**
     * Returns an optional size, written as a string with a unit: {@code "512B"}, {@code "64KiB"}, {@code "512MiB"},
     * {@code "1GiB"}, each a power of 1024.
     *
     * @param key the key
     * @param fallback the value if the key is missing, in bytes
     * @return the value in bytes, positive
     */
    long bytes(String key, long fallback);

    /**
     * Returns an optional enum constant. The constant {@code TRY_ALL} is written {@code "try-all"}.
     *
     * @param <E> the enum
     * @param key the key
     * @param type the class of the enum
     * @param fallback the value if the key is missing
     * @return the value
     */
    <E extends Enum<E>> E choice(String key, Class<E> type, E fallback);

    /**
     * Returns an optional array of strings.
     *
     * @param key the key
     * @return an unmodifiable list, empty if the key is missing
     */
    List<String> strings(String key);

    /**
     * Returns an optional nested table. Its keys must be read, too.
     *
     * @param key the key
     * @return the table, or an empty table if the key is missing
     */
    Settings table(String key);

    /**
     * Returns an optional array of tables. Their keys must be read, too.
     *
     * @param key the key
     * @return an unmodifiable list, empty if the key is missing
     */
    List<Settings> tables(String key);

    /**
     * Creates an exception for a value that has the right type but cannot be used. It contains the origin of the value.
     *
     * <pre>{@code throw settings.invalid("path", "expected a path that begins with '/', found '" + path + "'");}</pre>
     *
     * @param key the key whose value is wrong
     * @param message one line with what was expected and what was found, without the key and the origin
     * @return the exception, which the caller throws
     */
    ConfigException invalid(String key, String message);
}

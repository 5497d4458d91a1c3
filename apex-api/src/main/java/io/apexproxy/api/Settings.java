package io.apexproxy.api;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A read-only view of the table of the configuration that selects a plugin.
 *
 * <p>Read all settings in {@code create}, by name and type. What happens with mistakes:
 * <ul>
 * <li>A key that nobody reads is a mistake of the user: the runtime reports it with the nearest name that was read.
 * <li>A value of the wrong type or range is recorded; a method with a fallback then returns the fallback, so that
 *     {@code create} can go on and all mistakes are reported at once. The instance is closed again without being used.
 * <li>A method without a fallback throws {@link ConfigException} if the value is missing or wrong. Let it pass.
 * </ul>
 *
 * <p>Settings are used on one thread, and only during {@code create}.
 *
 * @since 0.1
 */
public interface Settings {

    /**
     * Returns where the table begins.
     *
     * @return the place of the table's header or opening brace, or of the plain string that is short for it
     */
    Origin origin();

    /**
     * Returns the keys of this table, in the order in which they were written. Listing a key does not count as reading
     * it.
     *
     * @return an unmodifiable set
     */
    Set<String> keys();

    /**
     * Tells whether the key is there, whatever its value. Asking counts as reading it.
     *
     * @param key the key
     * @return {@code true} if it has a value
     */
    boolean has(String key);

    /**
     * Returns a required string.
     *
     * @param key the key
     * @return the value
     * @throws ConfigException if it is missing or no string
     */
    String string(String key);

    /**
     * Returns an optional string.
     *
     * @param key the key
     * @param fallback the value where the key is missing
     * @return the value
     */
    String string(String key, String fallback);

    /**
     * Returns a required string that no message may show, such as a password. Like {@link #string(String)}, but the
     * runtime does not quote the value, whatever is wrong with it, and removes it from what {@code create} throws. It
     * treats any setting so whose name says it, see {@link #isSecretName(String)}.
     *
     * @param key the key
     * @return the value
     * @throws ConfigException if it is missing or no string
     * @since 0.2
     */
    default String secret(String key) {
        return string(key);
    }

    /**
     * Returns an optional string that no message may show, see {@link #secret(String)}.
     *
     * @param key the key
     * @param fallback the value where the key is missing
     * @return the value
     * @since 0.2
     */
    default String secret(String key, String fallback) {
        return string(key, fallback);
    }

    /**
     * Returns whether a name says that its value is a secret, which no message may show: it contains {@code password},
     * {@code passwd}, {@code passphrase}, {@code credential}, {@code token}, {@code secret} or {@code key}, in capital
     * or small letters.
     *
     * @param name of a setting or a table
     * @return {@code true} if it has one of these words
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
     * @param min the least value allowed
     * @param max the greatest value allowed
     * @return the value
     * @throws ConfigException if it is missing, no whole number, or out of range
     */
    long integer(String key, long min, long max);

    /**
     * Returns an optional whole number.
     *
     * @param key the key
     * @param min the least value allowed
     * @param max the greatest value allowed
     * @param fallback the value where the key is missing; it may lie outside the range
     * @return the value
     */
    long integer(String key, long min, long max, long fallback);

    /**
     * Returns an optional truth value.
     *
     * @param key the key
     * @param fallback the value where the key is missing
     * @return the value
     */
    boolean bool(String key, boolean fallback);

    /**
     * Returns an optional duration, written as a string with a unit: {@code "250ms"}, {@code "5s"}, {@code "10m"},
     * {@code "1h"}, {@code "1d"}.
     *
     * @param key the key
     * @param fallback the value where the key is missing
     * @return the value, positive
     */
    Duration duration(String key, Duration fallback);

    /**
     * Returns an optional size, written as a string with a unit: {@code "512B"}, {@code "64KiB"}, {@code "512MiB"},
     * {@code "1GiB"}, each a power of 1024.
     *
     * @param key the key
     * @param fallback the value where the key is missing, in bytes
     * @return the value in bytes, positive
     */
    long bytes(String key, long fallback);

    /**
     * Returns one of a fixed set of words. The constant {@code TRY_ALL} is written {@code "try-all"}.
     *
     * @param <E> the set of words
     * @param key the key
     * @param type the set of words
     * @param fallback the value where the key is missing
     * @return the value
     */
    <E extends Enum<E>> E choice(String key, Class<E> type, E fallback);

    /**
     * Returns an array of strings.
     *
     * @param key the key
     * @return an unmodifiable list, empty where the key is missing
     */
    List<String> strings(String key);

    /**
     * Returns a nested table. Its keys are tracked like those of this one.
     *
     * @param key the key
     * @return the table, or an empty one where the key is missing
     */
    Settings table(String key);

    /**
     * Returns an array of tables. Their keys are tracked like those of this one.
     *
     * @param key the key
     * @return an unmodifiable list, empty where the key is missing
     */
    List<Settings> tables(String key);

    /**
     * Makes the exception for a value that has the right type but cannot be used, with the value's place.
     *
     * <pre>{@code throw settings.invalid("path", "expected a path that begins with '/', found '" + path + "'");}</pre>
     *
     * @param key the key whose value is wrong
     * @param message what was expected and what was found, in one line without key and place
     * @return the exception, to be thrown by the caller
     */
    ConfigException invalid(String key, String message);
}

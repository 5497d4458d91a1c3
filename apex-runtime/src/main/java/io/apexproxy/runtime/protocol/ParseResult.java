package io.apexproxy.runtime.protocol;

/**
 * The result of a parser for the first bytes of a connection.
 *
 * @param <T> the parsed value
 */
public sealed interface ParseResult<T> {

    /** The bytes are a prefix of a valid message. */
    record Incomplete<T>() implements ParseResult<T> {
    }

    /**
     * The message is complete. Further bytes can follow it.
     *
     * @param value the message
     * @param length the number of bytes of the message
     */
    record Complete<T>(T value, int length) implements ParseResult<T> {
    }

    /**
     * No valid message begins with the bytes.
     *
     * @param reason what was found and expected, a few words; contains no bytes of the message
     */
    record Invalid<T>(String reason) implements ParseResult<T> {
    }
}

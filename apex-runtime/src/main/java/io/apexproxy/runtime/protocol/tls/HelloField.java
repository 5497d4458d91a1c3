package io.apexproxy.runtime.protocol.tls;

import java.nio.charset.StandardCharsets;

/** A part of a ClientHello that is read from its start to its end. Each read is checked against the end. */
final class HelloField {

    private final byte[] message;
    private final int end;
    private int position;

    /**
     * Creates a field.
     *
     * @param message the message that contains the field
     * @param start the index of the first byte
     * @param end the index after the last byte, at most the length of the message
     */
    HelloField(byte[] message, int start, int end) {
        this.message = message;
        this.position = start;
        this.end = end;
    }

    boolean isEmpty() {
        return position == end;
    }

    int length() {
        return end - position;
    }

    void skip(int count) throws MalformedHelloException {
        if (count > length()) {
            throw new MalformedHelloException("a field ends after the field or message that contains it");
        }
        position += count;
    }

    int uint8() throws MalformedHelloException {
        skip(1);
        return message[position - 1] & 0xff;
    }

    int uint16() throws MalformedHelloException {
        return uint8() << 8 | uint8();
    }

    /** Reads a field with a length of one byte in front of it. */
    HelloField vector8() throws MalformedHelloException {
        return field(uint8());
    }

    /** Reads a field with a length of two bytes in front of it. */
    HelloField vector16() throws MalformedHelloException {
        return field(uint16());
    }

    private HelloField field(int count) throws MalformedHelloException {
        skip(count);
        return new HelloField(message, position - count, position);
    }

    /** Reads a field like {@link #vector16} that has at least one byte and is the rest of this one. */
    HelloField list() throws MalformedHelloException {
        HelloField list = vector16();
        if (list.isEmpty()) {
            throw new MalformedHelloException("an empty list");
        }
        requireEnd();
        return list;
    }

    void requireEnd() throws MalformedHelloException {
        if (!isEmpty()) {
            throw new MalformedHelloException("bytes after the last element of a field or message");
        }
    }

    /** Returns the unread bytes as ISO 8859-1 text: one character for each byte. */
    String text() {
        return new String(message, position, length(), StandardCharsets.ISO_8859_1);
    }
}

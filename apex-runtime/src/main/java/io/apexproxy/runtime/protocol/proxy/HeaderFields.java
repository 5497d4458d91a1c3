package io.apexproxy.runtime.protocol.proxy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/** The fields (TLVs) of a header. Each has a type of one byte, a length of two, and a value. Immutable. */
final class HeaderFields {

    static final HeaderFields NONE = new HeaderFields(new byte[0]);

    static final int ALPN = 0x01;
    static final int AUTHORITY = 0x02;
    static final int CRC32C = 0x03;
    static final int TLS = 0x20;

    /** Indexes in a field. The type is at index 0. */
    static final int LENGTH_INDEX = 1;
    static final int VALUE_INDEX = 3;

    /** The limit of the protocol for AUTHORITY, and of TLS for the name of an application protocol. */
    static final int MAX_TEXT_BYTES = 255;

    private final byte[] bytes;

    private HeaderFields(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Returns the fields that the bytes contain.
     *
     * @param bytes all fields; must not change afterwards
     * @return the fields; empty if the last one does not end with the bytes
     */
    static Optional<HeaderFields> of(byte[] bytes) {
        HeaderFields fields = new HeaderFields(bytes);
        int end = 0;
        while (end <= bytes.length - VALUE_INDEX) {
            end = fields.endOf(end);
        }
        return end == bytes.length ? Optional.of(fields) : Optional.empty();
    }

    /** Appends a field with a text in UTF-8, unless it is longer than {@link #MAX_TEXT_BYTES}. */
    static void putText(ByteBuffer fields, int type, String text) {
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        if (value.length <= MAX_TEXT_BYTES) {
            fields.put((byte) type).putShort((short) value.length).put(value);
        }
    }

    /** Returns the index of the first field of a type. */
    OptionalInt indexOf(int type) {
        for (int index = 0; index < bytes.length; index = endOf(index)) {
            if (Byte.toUnsignedInt(bytes[index]) == type) {
                return OptionalInt.of(index);
            }
        }
        return OptionalInt.empty();
    }

    /** Returns a copy of the value of the first field of a type. */
    Optional<byte[]> value(int type) {
        OptionalInt index = indexOf(type);
        return index.isEmpty() ? Optional.empty()
                : Optional.of(
                        Arrays.copyOfRange(bytes, index.getAsInt() + VALUE_INDEX, endOf(index.getAsInt())));
    }

    private int endOf(int index) {
        return index + VALUE_INDEX + Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(index + LENGTH_INDEX));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeaderFields fields && Arrays.equals(bytes, fields.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Contains none of the bytes, which the sender of the header decides. */
    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}

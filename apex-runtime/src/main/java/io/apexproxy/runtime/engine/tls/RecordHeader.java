package io.apexproxy.runtime.engine.tls;

import java.nio.ByteBuffer;

/** The header of a record of TLS: type, version, length (RFC 8446, section 5.1). Pure. */
final class RecordHeader {

    private static final int BYTES = 5;
    /** The length of the longest record: 2^14 bytes of the application, 2^11 of overhead (RFC 5246, section 6.2.3). */
    private static final int MAX_LENGTH = (1 << 14) + (1 << 11);
    private static final int LENGTH_INDEX = 3;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int HEARTBEAT = 24;

    private RecordHeader() {
    }

    /**
     * Returns whether the bytes begin with a complete record. Bytes that do not begin with a record, or with one that
     * is too long, count as complete, so that the engine reports them.
     */
    static boolean isComplete(ByteBuffer bytes) {
        return bytes.remaining() > 0 && bytes.remaining() >= length(bytes);
    }

    /** Returns the length of the record with its header; that of the header if it is incomplete. */
    static int length(ByteBuffer bytes) {
        int start = bytes.position();
        int type = Byte.toUnsignedInt(bytes.get(start));
        if (type < CHANGE_CIPHER_SPEC || type > HEARTBEAT) {
            return bytes.remaining();
        }
        if (bytes.remaining() < BYTES) {
            return BYTES;
        }
        int length = Short.toUnsignedInt(bytes.getShort(start + LENGTH_INDEX));
        return length <= MAX_LENGTH ? BYTES + length : BYTES;
    }
}

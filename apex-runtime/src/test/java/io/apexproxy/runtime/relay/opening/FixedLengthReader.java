package io.apexproxy.runtime.relay.opening;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A reader that consumes a fixed number of bytes. */
final class FixedLengthReader implements FirstBytesReader {
    private final int length;
    /** The number of bytes in the last call. Any thread. */
    volatile int available;
    /** The consumed bytes as text; null before. Any thread. */
    volatile String text;

    FixedLengthReader(int length) {
        this.length = length;
    }

    @Override
    public Result read(ByteBuffer bytes) {
        available = bytes.remaining();
        if (available < length) {
            return new NeedMore();
        }
        text = StandardCharsets.US_ASCII.decode(bytes.slice(bytes.position(), length)).toString();
        return new Done(length);
    }
}

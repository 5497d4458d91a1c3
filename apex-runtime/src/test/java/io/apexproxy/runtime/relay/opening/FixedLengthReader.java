package io.apexproxy.runtime.relay.opening;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Consumes a fixed number of bytes. */
final class FixedLengthReader implements FirstBytesReader {
    private final int length;
    /** How many bytes the last call showed. Any thread. */
    volatile int mostSeen;
    /** What was consumed; null before. Any thread. */
    volatile String text;

    FixedLengthReader(int length) {
        this.length = length;
    }

    @Override
    public Result read(ByteBuffer bytes) {
        mostSeen = bytes.remaining();
        if (mostSeen < length) {
            return new NeedMore();
        }
        text = StandardCharsets.US_ASCII.decode(bytes.slice(bytes.position(), length)).toString();
        return new Done(length);
    }
}

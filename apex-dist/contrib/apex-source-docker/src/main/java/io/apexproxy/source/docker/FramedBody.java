package io.apexproxy.source.docker;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A body of known length, or in chunks. Fails if the stream ends before the body does. Trailers after the last chunk
 * are not read. The caller closes the stream.
 */
final class FramedBody extends InputStream {

    /** The limit of a line with the size of a chunk, with its extensions, in bytes. */
    private static final int MAX_LINE = 1024;
    private static final int HEXADECIMAL = 16;
    private static final Pattern CHUNK = Pattern.compile("([0-9a-fA-F]{1,15})[ \t]*(?:;.*)?");

    private final InputStream stream;
    private final boolean isChunked;
    /** The number of bytes until the end of the body or of the chunk. */
    private long left;
    private boolean isFirst = true;
    private boolean isComplete;

    private FramedBody(InputStream stream, boolean isChunked, long length) {
        this.stream = stream;
        this.isChunked = isChunked;
        this.left = length;
    }

    static InputStream ofLength(InputStream stream, long length) {
        return new FramedBody(stream, false, length);
    }

    static InputStream chunked(InputStream stream) {
        return new FramedBody(stream, true, 0);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0 && !isComplete) {
            isComplete = !isChunked || !beginsChunk();
        }
        if (isComplete) {
            return -1;
        }
        int count = stream.read(bytes, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new EOFException("the response ended before it was complete");
        }
        left -= count;
        return count;
    }

    /** Reads the line before a chunk; returns whether it is not the last one, which is empty. */
    private boolean beginsChunk() throws IOException {
        Lines lines = new Lines(stream, MAX_LINE);
        boolean isAtEnd = isFirst || lines.next().isEmpty(); // the line end after a chunk
        Matcher chunk = CHUNK.matcher(isAtEnd ? lines.next() : "");
        if (!chunk.matches()) {
            throw new IOException("expected the size of a chunk, found other data");
        }
        isFirst = false;
        left = Long.parseLong(chunk.group(1), HEXADECIMAL);
        return left > 0;
    }
}

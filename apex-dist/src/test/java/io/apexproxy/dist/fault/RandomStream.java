package io.apexproxy.dist.fault;

import java.io.IOException;
import java.io.InputStream;

/**
 * A sequence of bytes that whoever knows its seed can compute: so each single byte that arrives is verified, and what
 * was cut short is known to be a correct beginning. Not safe for several threads.
 */
final class RandomStream {

    /** What one read or write takes at most: more than a small buffer of the proxy holds, less than a large one. */
    static final int PIECE = 16 * 1024;

    /** SplittableRandom's increment and mixing: a word is a function of its place. */
    private static final long GAMMA = 0x9e3779b97f4a7c15L;

    private final long seed;
    private long position;
    private long word;

    RandomStream(long seed) {
        this.seed = seed;
    }

    /** A number that follows from another, and gives nothing away about its neighbours. */
    static long mix(long value) {
        long first = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        long second = (first ^ (first >>> 27)) * 0x94d049bb133111ebL;
        return second ^ (second >>> 31);
    }

    /** Bytes sent or verified so far. */
    long position() {
        return position;
    }

    void fill(byte[] piece, int length) {
        for (int i = 0; i < length; i++) {
            piece[i] = next();
        }
    }

    /**
     * Verifies what was received next.
     *
     * @throws AssertionError if a byte is wrong
     */
    void verify(byte[] piece, int length) {
        for (int i = 0; i < length; i++) {
            byte expected = next();
            if (piece[i] != expected) {
                throw new AssertionError("wrong byte: byte %d of stream %x is %d, expected %d"
                        .formatted(position - 1, seed, piece[i], expected));
            }
        }
    }

    /** Reads and verifies until the stream has so many bytes or ends before. */
    void verify(InputStream in, long length, Pace pace) throws IOException {
        byte[] piece = new byte[pace.piece()];
        while (position < length) {
            int count = in.read(piece, 0, (int) Math.min(piece.length, length - position));
            if (count < 0) {
                return;
            }
            verify(piece, count);
            pace.pause();
        }
    }

    private byte next() {
        int shift = (int) (position & (Long.BYTES - 1)) * Byte.SIZE;
        if (shift == 0) {
            word = mix(seed + position * GAMMA);
        }
        position++;
        return (byte) (word >>> shift);
    }
}

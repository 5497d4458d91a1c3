package io.apexproxy.dist.fault;

import java.io.IOException;
import java.io.InputStream;

/**
 * A sequence of bytes that depends only on a seed. The receiver verifies each byte, also of an incomplete transfer. Not
 * thread-safe.
 */
final class RandomStream {

    /** Most bytes of one read or write: more than a small buffer of the proxy, less than a large one. */
    static final int PIECE = 16 * 1024;

    /** The increment of SplittableRandom; with its mixing function, a word depends only on its position. */
    private static final long GAMMA = 0x9e3779b97f4a7c15L;

    private final long seed;
    private long position;
    private long word;

    RandomStream(long seed) {
        this.seed = seed;
    }

    /** Returns the mixing function of SplittableRandom for a value. */
    static long mix(long value) {
        long first = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        long second = (first ^ (first >>> 27)) * 0x94d049bb133111ebL;
        return second ^ (second >>> 31);
    }

    /** Returns the number of bytes generated or verified so far. */
    long position() {
        return position;
    }

    void fill(byte[] piece, int length) {
        for (int i = 0; i < length; i++) {
            piece[i] = next();
        }
    }

    /**
     * Verifies the next received bytes.
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

    /** Reads and verifies until the position is {@code length} or the input ends. */
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

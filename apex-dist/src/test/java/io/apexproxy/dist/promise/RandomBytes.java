package io.apexproxy.dist.promise;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Random;
import java.util.zip.CRC32;

/** Sends random bytes, and computes the checksums of sent and received bytes. */
final class RandomBytes {

    static final int KIB = 1024;
    static final int MIB = 1024 * KIB;

    private static final int PIECE = 64 * KIB;

    private RandomBytes() {
    }

    /** Sends random bytes; returns their checksum. */
    static long send(int size, OutputStream out) throws IOException {
        var chance = new Random(size);
        var checksum = new CRC32();
        byte[] piece = new byte[PIECE];
        for (int left = size; left > 0; left -= piece.length) {
            chance.nextBytes(piece);
            int length = Math.min(left, piece.length);
            out.write(piece, 0, length);
            checksum.update(piece, 0, length);
        }
        return checksum.getValue();
    }

    /** Reads to the end of the stream without pauses; returns the checksum. */
    static long checksum(InputStream in) throws IOException {
        return checksum(in, 0);
    }

    /** Reads to the end of the stream in pieces, with a pause before each; returns the checksum. */
    static long checksum(InputStream in, int pauseMillis) throws IOException {
        var checksum = new CRC32();
        byte[] piece = new byte[PIECE];
        for (int length = 0; length >= 0; length = in.read(piece)) {
            checksum.update(piece, 0, length);
            pause(pauseMillis);
        }
        return checksum.getValue();
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis); // a slow reader
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.apexproxy.runtime.engine.sim.peer;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * The bytes that a peer sends. The first four contain its number; later bytes depend on the number and the position.
 *
 * <p>The content is a window of a table whose length is a prime number, so that a lost or repeated block of a usual
 * size is detected.
 */
final class Payload {

    /** The number of bytes that contain the number of the peer. */
    static final int HEADER_BYTES = 4;

    private static final int PERIOD = 8191;
    private static final int STEP = 2_741;
    private static final byte[] TABLE = table();

    private final byte[] header;
    private final int shift;

    Payload(int number) {
        header = ByteBuffer.allocate(HEADER_BYTES).putInt(number).array();
        shift = (int) ((long) number * STEP % PERIOD);
    }

    /** Returns a table that contains the same bytes twice, so that each window is contiguous. */
    private static byte[] table() {
        byte[] bytes = new byte[PERIOD];
        new Random(PERIOD).nextBytes(bytes);
        byte[] table = Arrays.copyOf(bytes, 2 * PERIOD);
        System.arraycopy(bytes, 0, table, PERIOD, PERIOD);
        return table;
    }

    private int place(long position) {
        return (int) ((shift + position) % PERIOD);
    }

    /** Fills the target with the bytes from a position on. */
    void fill(ByteBuffer target, long position) {
        long at = position;
        while (target.hasRemaining() && at < HEADER_BYTES) {
            target.put(header[(int) at++]);
        }
        while (target.hasRemaining()) {
            int count = Math.min(target.remaining(), PERIOD);
            target.put(TABLE, place(at), count);
            at += count;
        }
    }

    /** Returns whether the first bytes of an array are the bytes from a position on. */
    boolean matches(byte[] bytes, int count, long position) {
        int done = 0;
        while (done < count && position + done < HEADER_BYTES) {
            if (bytes[done] != header[(int) (position + done)]) {
                return false;
            }
            done++;
        }
        while (done < count) {
            int next = Math.min(count - done, PERIOD);
            int place = place(position + done);
            if (Arrays.mismatch(bytes, done, done + next, TABLE, place, place + next) >= 0) {
                return false;
            }
            done += next;
        }
        return true;
    }
}

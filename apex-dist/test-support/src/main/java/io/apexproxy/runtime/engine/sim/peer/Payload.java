package io.apexproxy.runtime.engine.sim.peer;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * The bytes that a peer sends: its number in the first four, then bytes that depend on the number and the position.
 *
 * <p>The content is a window of a table whose length is a prime number, so neither a lost nor a repeated block of a
 * usual size fits in.
 */
final class Payload {

    /** The bytes that carry the number. */
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

    /** Twice the same bytes, so that each window is in one piece. */
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

    /** Puts the bytes from a position on, as many as the target has room for. */
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

    /** Returns whether an array has the bytes from a position on, from its beginning. */
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

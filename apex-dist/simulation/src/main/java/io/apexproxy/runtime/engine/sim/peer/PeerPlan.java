package io.apexproxy.runtime.engine.sim.peer;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * The plan of a peer for its connection. Durations are nanoseconds.
 *
 * @param bytes total number of bytes that the peer sends
 * @param sendAfter delay from the connection to the first byte
 * @param chunk most bytes sent before a pause, 1 or more
 * @param pause delay between chunks; 0: no pause
 * @param answers the event after which the peer sends
 * @param readAfter delay from the connection to the first read
 * @param readBytes most bytes read before a pause, 1 or more
 * @param readPause delay between reads; 0: no pause
 * @param readLimit number of bytes after which the peer stops reading
 * @param end the action after the last byte
 * @param leaveAfter delay from the connection to an early close; 0: no early close
 * @param leaveByReset whether the early close is a reset
 */
public record PeerPlan(long bytes, long sendAfter, int chunk, long pause, Answer answers, long readAfter, int readBytes,
        long readPause, long readLimit, End end, long leaveAfter, boolean leaveByReset) {

    /** The event after which a peer sends; the last two are received from the other side. */
    public enum Answer {
        AT_ONCE, AFTER_FIRST_BYTE, AFTER_END;

        boolean isDue(long received, boolean endSeen) {
            return this == AT_ONCE || endSeen || (this == AFTER_FIRST_BYTE && received > 0);
        }
    }

    /** The action of a peer after its last byte. */
    public enum End {
        /** Half-closes at once, and closes after the end of the received stream. */
        HALF_CLOSE,
        /** Closes after the end of the received stream. */
        WAIT,
        /** Closes at once, even if received bytes are unread. */
        CLOSE,
        /** Resets the connection. */
        RESET
    }

    private static final int LARGEST_BITS = 18;
    private static final int LARGE_IN = 12;
    /** Limits on the number of events of a peer. */
    private static final int MOST_CHUNKS = 16;
    private static final int MOST_READS = 64;
    private static final int SLOW_READ_BYTES = 5_000;
    private static final long LONGEST_READ_PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

    /** Returns whether the peer reads all bytes without a pause. */
    public boolean readsAtOnce() {
        return readPause == 0 && readAfter == 0 && readLimit == Long.MAX_VALUE;
    }

    /**
     * Returns a random plan. Most peers read at once; some read slowly or stop reading, and some close early.
     *
     * @param client whether the peer is a client, which usually sends at once
     * @param most greatest number of bytes that the peer sends
     */
    public static PeerPlan any(SplittableRandom random, boolean client, int most) {
        boolean slowReader = random.nextInt(6) == 0;
        boolean stopsReading = random.nextInt(20) == 0;
        boolean leaves = random.nextInt(8) == 0;
        int chunk = random.nextInt(2) == 0 ? Integer.MAX_VALUE : 1 + most / MOST_CHUNKS + amount(random);
        long sent = Math.min(most, amount(random));
        long sendAfter = random.nextInt(3) == 0 ? duration(random) : 0;
        long pause = random.nextInt(4) == 0 ? duration(random) / 16 : 0;
        Answer answers = answer(random, client);
        long readAfter = random.nextInt(6) == 0 ? duration(random) : 0;
        int read = 1 + most / MOST_READS + random.nextInt(1 + random.nextInt(SLOW_READ_BYTES));
        return new PeerPlan(sent, sendAfter, chunk, pause, answers, readAfter,
                slowReader ? read : Integer.MAX_VALUE,
                slowReader ? 1 + random.nextLong(LONGEST_READ_PAUSE) : 0,
                stopsReading ? amount(random) : Long.MAX_VALUE, end(random),
                leaves ? 1 + duration(random) : 0, random.nextBoolean());
    }

    private static int amount(SplittableRandom random) {
        int bits = random.nextInt(LARGE_IN) == 0 ? LARGEST_BITS : random.nextInt(LARGEST_BITS - 4);
        return random.nextInt(10) == 0 ? 0 : Payload.HEADER_BYTES + random.nextInt(1 << bits);
    }

    /** Returns a duration from 1 µs to 3 s, distributed evenly on a logarithmic scale. */
    private static long duration(SplittableRandom random) {
        return (long) (TimeUnit.MICROSECONDS.toNanos(1) * Math.pow(10, random.nextDouble() * 6.5));
    }

    private static Answer answer(SplittableRandom random, boolean client) {
        if (client) {
            return random.nextInt(8) == 0 ? Answer.AFTER_FIRST_BYTE : Answer.AT_ONCE;
        }
        return Answer.values()[random.nextInt(Answer.values().length)];
    }

    private static End end(SplittableRandom random) {
        return switch (random.nextInt(16)) {
            case 0 -> End.RESET;
            case 1, 2 -> End.CLOSE;
            case 3, 4, 5, 6 -> End.WAIT;
            default -> End.HALF_CLOSE;
        };
    }
}

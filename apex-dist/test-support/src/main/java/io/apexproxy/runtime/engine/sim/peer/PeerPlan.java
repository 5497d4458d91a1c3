package io.apexproxy.runtime.engine.sim.peer;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * What a peer does on its connection. Durations are nanoseconds.
 *
 * @param bytes how many it sends in all
 * @param sendAfter from the connection to the first byte
 * @param chunk the most that it sends before it pauses, 1 or more
 * @param pause from one chunk to the next; 0: it sends as fast as it can
 * @param answers whether it sends only after the other side's end, or after the first byte of it
 * @param readAfter from the connection to the first read
 * @param readBytes the most that it reads before it pauses, 1 or more
 * @param readPause from one read to the next; 0: it reads as fast as it can
 * @param readLimit after so many bytes it reads no more
 * @param end what follows its last byte
 * @param leaveAfter from the connection to the moment in which it leaves, whatever is under way; 0: it does not
 * @param leaveByReset whether it leaves with a reset rather than a close
 */
public record PeerPlan(long bytes, long sendAfter, int chunk, long pause, Answer answers, long readAfter, int readBytes,
        long readPause, long readLimit, End end, long leaveAfter, boolean leaveByReset) {

    /** When a peer begins to send. */
    public enum Answer { AT_ONCE, AFTER_FIRST_BYTE, AFTER_END }

    /** What follows the last byte that a peer sends. */
    public enum End {
        /** It half-closes, and closes when the other side has ended. */
        HALF_CLOSE,
        /** It closes when the other side has ended, not before. */
        WAIT,
        /** It closes, with what it has not read. */
        CLOSE,
        /** It resets the connection. */
        RESET
    }

    private static final int LARGEST_BITS = 18;
    private static final int LARGE_IN = 12;
    /** Bounds on the events of one peer. */
    private static final int MOST_CHUNKS = 16;
    private static final int MOST_READS = 64;
    private static final int SLOW_READ_BYTES = 5_000;
    private static final long LONGEST_READ_PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

    /**
     * Returns a plan of a peer that behaves: it reads everything and does not leave early.
     *
     * @param bytes how many it sends
     */
    public static PeerPlan simple(long bytes, Answer answers, End end) {
        return new PeerPlan(bytes, 0, Integer.MAX_VALUE, 0, answers, 0, Integer.MAX_VALUE, 0, Long.MAX_VALUE, end, 0,
                false);
    }

    /** Returns whether the peer reads whatever arrives without a pause. */
    public boolean readsAtOnce() {
        return readPause == 0 && readAfter == 0 && readLimit == Long.MAX_VALUE;
    }

    /**
     * Returns any plan: most peers behave, some read slowly or not at all, some leave early.
     *
     * @param client whether the peer is a client, which sends first and ends more often than it answers
     * @param most bytes that it sends at most
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

    /** From a microsecond to some seconds, each order of magnitude as likely. */
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

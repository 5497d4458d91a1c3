package io.apexproxy.runtime.engine.sim.world;

import java.util.SplittableRandom;

/**
 * The properties of the connections of a network.
 *
 * @param sendBytes size of the send buffer, in bytes, 1 or more
 * @param receiveBytes size of the receive buffer, in bytes, 1 or more
 * @param latencyNanos delay of a segment, in nanoseconds
 * @param partial one in this number of reads, writes and segments transfers fewer bytes than possible; 0: none does
 * @param discardsOnReset whether a reset also discards received bytes that are unread; Linux keeps them
 */
public record NetworkProfile(
        int sendBytes, int receiveBytes, long latencyNanos, int partial, boolean discardsOnReset) {

    /** A connection within one machine: large buffers, a latency of 5 µs, no partial transfers. */
    public static final NetworkProfile LOOPBACK = new NetworkProfile(1 << 18, 1 << 16, 5_000, 0, false);

    private static final int FILLINGS = 16;
    private static final int LEAST_BUFFER_BITS = 6;
    private static final int MOST_BUFFER_BITS = 17;
    private static final long[] LATENCIES = {1_000, 20_000, 300_000, 20_000_000};

    /** Returns a random profile. */
    public static NetworkProfile any(SplittableRandom random) {
        return new NetworkProfile(buffer(random), buffer(random), LATENCIES[random.nextInt(LATENCIES.length)],
                random.nextInt(4) == 0 ? 1 + random.nextInt(4) : random.nextInt(3) * 8, random.nextInt(4) == 0);
    }

    private static int buffer(SplittableRandom random) {
        int bits = random.nextInt(LEAST_BUFFER_BITS, MOST_BUFFER_BITS);
        return (1 << bits) + random.nextInt(1 << bits);
    }

    /** Returns a number of bytes that fills the buffers several times over. */
    public int plenty() {
        return FILLINGS * Math.min(sendBytes, receiveBytes);
    }

    /** Returns the delay of a segment: 1 to 1.25 times the latency; in one of 16 cases up to 5 times the latency. */
    long delay(SplittableRandom random) {
        long jitter = random.nextInt(16) == 0 ? latencyNanos * 4 : latencyNanos / 4;
        return latencyNanos + random.nextLong(jitter + 1);
    }

    /** Returns the number of bytes to transfer out of a possible {@code count}, 1 or more. */
    int moved(SplittableRandom random, int count) {
        return partial > 0 && count > 1 && random.nextInt(partial) == 0 ? 1 + random.nextInt(count - 1) : count;
    }
}

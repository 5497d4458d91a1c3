package io.apexproxy.lb.roundrobin;

import io.apexproxy.api.Backend;
import java.util.Arrays;
import java.util.List;

/**
 * One cycle of picks: each backend stands in it as often as its weight says, as evenly spread as possible.
 *
 * <p>The order is that of nginx's smooth weighted round robin: before every pick each backend's credit grows by its
 * weight, the greatest credit is picked, the first of several, and pays the sum of all weights. Weights of 5, 1 and 1
 * give {@code a a b a c a a}. Equal weights give the backends in their order.
 */
final class SmoothSequence {

    /**
     * The greatest length of a cycle, in picks: exact for 256 backends of any weight up to 256, and 256 KiB of
     * references at most. A longer cycle is approximated by smaller weights of nearly the same proportions, none
     * below 1.
     */
    static final int MAX_LENGTH = 65_536;

    private SmoothSequence() {
    }

    /**
     * Lays out the cycle.
     *
     * @param backends at least one
     * @return an array that nobody else holds
     */
    static Backend[] of(List<Backend> backends) {
        // weights are live: read once, so that the sums below are those of one moment
        int[] weights = reduced(backends.stream().mapToInt(Backend::weight).toArray());
        if (Arrays.stream(weights).allMatch(weight -> weight == 1)) {
            return backends.toArray(Backend[]::new);
        }
        int length = Arrays.stream(weights).sum();
        Backend[] sequence = new Backend[length];
        int[] credits = new int[weights.length];
        for (int turn = 0; turn < length; turn++) {
            int richest = 0;
            for (int i = 0; i < weights.length; i++) {
                credits[i] += weights[i];
                if (credits[i] > credits[richest]) {
                    richest = i;
                }
            }
            credits[richest] -= length;
            sequence[turn] = backends.get(richest);
        }
        return sequence;
    }

    /** The smallest weights of the same proportions, or of nearly the same where those give too long a cycle. */
    private static int[] reduced(int[] weights) {
        int divisor = Arrays.stream(weights).reduce(0, SmoothSequence::greatestCommonDivisor);
        long length = Arrays.stream(weights).asLongStream().sum() / divisor;
        if (length <= MAX_LENGTH) {
            return Arrays.stream(weights).map(weight -> weight / divisor).toArray();
        }
        double scale = (double) MAX_LENGTH / length / divisor;
        return Arrays.stream(weights).map(weight -> Math.max(1, (int) (weight * scale))).toArray();
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}

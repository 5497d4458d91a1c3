package io.apexproxy.lb.roundrobin;

import io.apexproxy.api.Backend;
import java.util.Arrays;
import java.util.List;

/**
 * A cycle of picks that contains each backend in proportion to its weight, distributed as evenly as possible.
 *
 * <p>The order is that of nginx's smooth weighted round-robin. Before each pick, the credit of each backend grows by
 * its weight. The first backend with the greatest credit is picked, and its credit is reduced by the sum of all
 * weights. Weights of 5, 1 and 1 give {@code a a b a c a a}. Equal weights give the backends in their order.
 */
final class SmoothSequence {

    /**
     * The greatest length of a cycle, in picks. It suffices for 256 backends of any weight up to 256, and limits the
     * array to 256 KiB of references. A longer cycle is approximated: the weights are scaled down, to 1 at least.
     */
    static final int MAX_LENGTH = 65_536;

    private SmoothSequence() {
    }

    /**
     * Computes the cycle.
     *
     * @param backends at least one backend
     * @return a new array
     */
    static Backend[] of(List<Backend> backends) {
        // weights are live; read each once, so that the sums below are consistent
        int[] weights = reduced(backends.stream().mapToInt(Backend::weight).toArray());
        if (Arrays.stream(weights).allMatch(weight -> weight == 1)) {
            return backends.toArray(Backend[]::new);
        }
        int length = Arrays.stream(weights).sum();
        Backend[] sequence = new Backend[length];
        int[] credits = new int[weights.length];
        for (int turn = 0; turn < length; turn++) {
            int greatest = 0;
            for (int i = 0; i < weights.length; i++) {
                credits[i] += weights[i];
                if (credits[i] > credits[greatest]) {
                    greatest = i;
                }
            }
            credits[greatest] -= length;
            sequence[turn] = backends.get(greatest);
        }
        return sequence;
    }

    /** Returns the smallest weights of the same proportions, or approximated weights if the cycle would be too long. */
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

package io.apexproxy.lb.random;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.balance.BackendPicker;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongUnaryOperator;

/**
 * The least loaded of a few random draws. The probability of a backend is in proportion to its weight; its load is the
 * number of connections divided by the weight.
 */
final class RandomPicker implements BackendPicker {

    private final Backend[] backends;

    /** For each backend, the sum of weights up to and including its own. */
    private final long[] bounds;

    private final int choices;
    private final LongUnaryOperator random;

    RandomPicker(List<Backend> backends, int choices) {
        this(backends, choices, bound -> ThreadLocalRandom.current().nextLong(bound));
    }

    /** Creates a picker with random numbers from 0 up to, but without, the argument of a function. */
    RandomPicker(List<Backend> backends, int choices, LongUnaryOperator random) {
        this.random = random;
        this.backends = backends.toArray(Backend[]::new);
        this.bounds = backends.stream().mapToLong(Backend::weight).toArray();
        Arrays.parallelPrefix(bounds, Long::sum);
        // further draws of a single backend are useless
        this.choices = backends.size() == 1 ? 1 : choices;
    }

    @Override
    public Backend pick(ConnectionInfo connection) {
        Backend best = draw();
        for (int i = 1; i < choices; i++) {
            Backend other = draw();
            // compares connections / weight without rounding
            if ((long) other.activeConnections() * best.weight() < (long) best.activeConnections() * other.weight()) {
                best = other;
            }
        }
        return best;
    }

    /** Draws with replacement, which needs no list of earlier draws; a repeated backend does little harm. */
    private Backend draw() {
        long ticket = random.applyAsLong(bounds[bounds.length - 1]);
        int found = Arrays.binarySearch(bounds, ticket + 1);
        return backends[found >= 0 ? found : -found - 1];
    }
}

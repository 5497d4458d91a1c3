package io.apexproxy.lb.random;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.balance.BackendPicker;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Draws backends, each with a chance in proportion to its weight, and takes the one with the fewest connections per
 * weight.
 */
final class RandomPicker implements BackendPicker {

    private final Backend[] backends;

    /** For each backend, the sum of weights up to and including its own. */
    private final long[] bounds;

    private final int choices;

    RandomPicker(List<Backend> backends, int choices) {
        this.backends = backends.toArray(Backend[]::new);
        this.bounds = backends.stream().mapToLong(Backend::weight).toArray();
        Arrays.parallelPrefix(bounds, Long::sum);
        // a single backend leaves no choice
        this.choices = backends.size() == 1 ? 1 : choices;
    }

    @Override
    public Backend pick(ConnectionInfo connection) {
        Backend best = draw();
        for (int i = 1; i < choices; i++) {
            Backend other = draw();
            // connections / weight, without the rounding of a division
            if ((long) other.activeConnections() * best.weight() < (long) best.activeConnections() * other.weight()) {
                best = other;
            }
        }
        return best;
    }

    /** With repetition: two draws may give the same backend, which costs little and needs no list of those drawn. */
    private Backend draw() {
        long ticket = ThreadLocalRandom.current().nextLong(bounds[bounds.length - 1]);
        int found = Arrays.binarySearch(bounds, ticket + 1);
        return backends[found >= 0 ? found : -found - 1];
    }
}

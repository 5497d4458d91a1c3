package io.apexproxy.lb.rendezvous;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.balance.BackendPicker;
import java.util.Comparator;
import java.util.List;

/**
 * Rendezvous hashing with weights, by the logarithmic method (Schindelhauer and Schomaker, "Weighted Distributed Hash
 * Tables", SPAA 2005), and optionally with a bound of the load (Mirrokni, Thorup and Zadimoghaddam, "Consistent Hashing
 * with Bounded Loads", SODA 2018).
 *
 * <p>Each backend has a score for each client, an exponentially distributed number whose rate is the weight, and the
 * lowest score wins. No score depends on other backends, so a backend that leaves moves its own clients only. Among
 * backends of equal weight the greatest hash has the lowest score. So a pick computes a hash for each backend, and a
 * logarithm for each weight.
 */
final class RendezvousPicker implements BackendPicker {

    private static final double UNBOUNDED = Double.POSITIVE_INFINITY;
    private static final double PERCENT = 100;

    /** The number of bits of a fraction. With one more, the greatest fraction would be rounded to 1. */
    private static final int FRACTION_BITS = 52;

    private static final double HALF = 0.5;

    /** In the order of their weights, and of their names, so that the order of the configuration does not matter. */
    private final Backend[] backends;

    private final long[] nameHashes;
    private final int[] weights;
    private final long totalWeight;
    private final ClientHash clients;
    private final double factor;

    /**
     * Creates a picker.
     *
     * @param balanceFactor the largest load of a backend, in percent of the average; 0: no bound
     */
    RendezvousPicker(List<Backend> backends, ClientHash clients, int balanceFactor) {
        record Weighted(Backend backend, int weight) { // a reload can change the weight meanwhile
        }
        List<Weighted> sorted = backends.stream().map(backend -> new Weighted(backend, backend.weight()))
                .sorted(Comparator.comparingInt(Weighted::weight).thenComparing(each -> each.backend().name()))
                .toList();
        this.backends = sorted.stream().map(Weighted::backend).toArray(Backend[]::new);
        this.nameHashes = sorted.stream().mapToLong(each -> Hash.of(each.backend().name())).toArray();
        this.weights = sorted.stream().mapToInt(Weighted::weight).toArray();
        this.totalWeight = sorted.stream().mapToLong(Weighted::weight).sum();
        this.clients = clients;
        this.factor = balanceFactor / PERCENT;
    }

    @Override
    public Backend pick(ConnectionInfo connection) {
        long client = clients.of(connection.client());
        if (factor > 0) {
            int best = best(client, factor * (1.0 + totalConnections()) / totalWeight);
            if (best >= 0) { // else connections were opened while the loop counted them
                return backends[best];
            }
        }
        return backends[best(client, UNBOUNDED)];
    }

    private long totalConnections() {
        long total = 0;
        for (Backend backend : backends) {
            total += backend.activeConnections();
        }
        return total;
    }

    /**
     * Returns the index of the backend with the lowest score for a client; -1 if all have too many connections.
     *
     * @param bound the number of connections per weight from which on a backend is not picked
     */
    private int best(long client, double bound) {
        int best = -1;
        double bestScore = Double.POSITIVE_INFINITY;
        for (int first = 0, end; first < backends.length; first = end) {
            int weight = weights[first];
            int candidate = -1;
            long greatest = -1;
            for (end = first; end < backends.length && weights[end] == weight; end++) {
                long hash = Hash.of(client ^ nameHashes[end]) >>> (Long.SIZE - FRACTION_BITS);
                if (hash > greatest
                        && (bound == UNBOUNDED || backends[end].activeConnections() < bound * weight)) {
                    candidate = end;
                    greatest = hash;
                }
            }
            if (candidate >= 0) {
                double score = score(greatest, weight);
                if (score < bestScore) {
                    best = candidate;
                    bestScore = score;
                }
            }
        }
        return best;
    }

    private static double score(long hash, int weight) {
        // StrictMath has the same result on all machines
        return -StrictMath.log((hash + HALF) / (1L << FRACTION_BITS)) / weight;
    }
}

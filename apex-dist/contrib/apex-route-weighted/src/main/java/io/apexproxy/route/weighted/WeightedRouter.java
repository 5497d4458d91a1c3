package io.apexproxy.route.weighted;

import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.route.Route;
import io.apexproxy.api.route.Router;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * Rendezvous hashing with weights, by the logarithmic method (Schindelhauer and Schomaker, "Weighted Distributed Hash
 * Tables", SPAA 2005).
 *
 * <p>Each pool has a score for each client, and the lowest one wins. The clients without a pool belong to a further
 * candidate, whose weight is the remaining percentage. A greater weight lowers the scores of its candidate and changes
 * no other score. So a pool whose share grows keeps its clients.
 */
final class WeightedRouter implements Router {

    /** The sum of all percentages. */
    static final int ALL = 100;

    private final Candidate[] candidates;
    private final Set<String> pools;

    /** Creates a router from the percentages of the pools, whose sum is at most {@link #ALL}. */
    WeightedRouter(SortedMap<String, Integer> percentages) {
        List<Candidate> all = new ArrayList<>();
        int remaining = ALL;
        for (var pool : percentages.entrySet()) {
            all.add(new Candidate(new Route.ToPool(pool.getKey()), Hash.of(pool.getKey()), pool.getValue()));
            remaining -= pool.getValue();
        }
        all.add(new Candidate(Route.PASS, Hash.of(""), remaining)); // the name of a pool is never empty
        candidates = all.toArray(Candidate[]::new);
        pools = Set.copyOf(percentages.keySet());
    }

    @Override
    public Route route(ConnectionInfo connection) {
        if (!(connection.client() instanceof InetSocketAddress client) || client.isUnresolved()) {
            return Route.PASS;
        }
        long hash = Hash.of(identity(client.getAddress().getAddress()));
        Candidate best = candidates[0];
        double bestScore = best.score(hash);
        for (int i = 1; i < candidates.length; i++) {
            double score = candidates[i].score(hash);
            if (score < bestScore) {
                best = candidates[i];
                bestScore = score;
            }
        }
        return best.route;
    }

    @Override
    public Set<String> pools() {
        return pools;
    }

    /** Returns an IPv4 address, or the /64 network of an IPv6 address, within which a host changes it (RFC 8981). */
    private static long identity(byte[] address) {
        ByteBuffer bytes = ByteBuffer.wrap(address);
        return address.length == Integer.BYTES ? bytes.getInt() : bytes.getLong();
    }

    /**
     * A pool, or the clients without one.
     *
     * @param route the route of its clients
     * @param hash the hash of its name
     * @param weight the percentage of its clients; 0 if the pools have all clients
     */
    private record Candidate(Route route, long hash, int weight) {

        /** Returns an exponentially distributed number whose rate is the weight; infinite for the weight 0. */
        double score(long client) {
            // StrictMath has the same result on all machines
            return -StrictMath.log(Hash.fraction(Hash.of(client ^ hash))) / weight;
        }
    }
}

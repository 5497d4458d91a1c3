package io.apexproxy.runtime.pool.sessions;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * The sessions that backends have in excess of their shares. A share is the part of all sessions that the weight of the
 * backend determines, at most its limit. Pure.
 */
final class Surplus {

    /** A backend with up to this part more than its share is left alone: load balancers do not divide exactly. */
    private static final double TOLERANCE = 0.1;

    private final int[] counts;
    private final boolean isLarge;
    private final long room;

    /**
     * A backend.
     *
     * @param weight its weight, at least 1
     * @param limit the limit of its sessions; 0: none
     * @param open the number of its open sessions
     */
    record Load(int weight, int limit, int open) {

        private double capacity() {
            return limit == 0 ? Double.POSITIVE_INFINITY : limit;
        }
    }

    private Surplus(int[] counts, boolean isLarge, long room) {
        this.counts = counts;
        this.isLarge = isLarge;
        this.room = room;
    }

    /** Returns the surplus of the backends of a pool. */
    static Surplus of(List<Load> loads) {
        double[] shares = shares(loads);
        int[] counts = new int[shares.length];
        boolean isLarge = false;
        long room = 0;
        for (int i = 0; i < shares.length; i++) {
            int open = loads.get(i).open();
            int target = (int) Math.ceil(shares[i]);
            counts[i] = Math.max(0, open - target);
            isLarge |= counts[i] > 0 && open > shares[i] * (1 + TOLERANCE);
            room += Math.max(0, target - open);
        }
        return new Surplus(counts, isLarge, room);
    }

    /** Returns the share of each backend. What exceeds the limit of a backend is divided among the others. */
    private static double[] shares(List<Load> loads) {
        double sessions = loads.stream().mapToLong(Load::open).sum();
        double weights = loads.stream().mapToLong(Load::weight).sum();
        List<Integer> byCapacity = new ArrayList<>(IntStream.range(0, loads.size()).boxed().toList());
        byCapacity.sort(Comparator.comparingDouble(index -> loads.get(index).capacity() / loads.get(index).weight()));
        double[] shares = new double[loads.size()];
        for (int index : byCapacity) {
            Load load = loads.get(index);
            shares[index] = Math.min(load.capacity(), sessions * load.weight() / weights);
            sessions -= shares[index];
            weights -= load.weight();
        }
        return shares;
    }

    /** Returns whether no session should leave. */
    boolean isEmpty() {
        return room == 0 || IntStream.of(counts).allMatch(count -> count == 0);
    }

    /** Returns whether sessions should begin to leave. */
    boolean isLarge() {
        return isLarge && !isEmpty();
    }

    /**
     * Returns how many sessions leave each backend now: from the backend with the largest surplus first, and no more
     * than the other backends have room for.
     *
     * @param allowed the highest number of sessions
     */
    int[] leaving(int allowed) {
        int[] leaving = new int[counts.length];
        PriorityQueue<Integer> largest =
                new PriorityQueue<>(Comparator.comparingInt((Integer index) -> leaving[index] - counts[index])
                        .thenComparingInt(index -> index));
        IntStream.range(0, counts.length).filter(index -> counts[index] > 0).forEach(largest::add);
        for (long left = Math.min(allowed, room); left > 0 && !largest.isEmpty(); left--) {
            int index = largest.remove();
            leaving[index]++;
            if (leaving[index] < counts[index]) {
                largest.add(index);
            }
        }
        return leaving;
    }
}

package io.apexproxy.lb.sourcehash;

import io.apexproxy.api.Backend;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * A consistent hash table of slots, each assigned to a backend. The hash of a client selects its slot.
 *
 * <p>The table is filled as in Maglev (Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer",
 * NSDI 2016, section 3.4). Each backend has a preference order over all slots, derived from its name. In rounds, each
 * backend takes its most preferred free slot. Shares are exact to one slot. A change of the set moves few slots between
 * the remaining backends.
 */
final class MaglevTable {

    /**
     * The number of slots, the smaller of the two sizes in the paper. It is prime, so that every step width visits
     * every slot. Shares are within 1 % of the ideal for up to 650 backends. The table has 256 KiB.
     */
    static final int SIZE = 65_537;

    private final Backend[] slots;

    private MaglevTable(Backend[] slots) {
        this.slots = slots;
    }

    static MaglevTable of(List<Backend> backends) {
        // sorted by name, so that the order of the configuration does not matter
        List<Candidate> candidates = backends.stream()
                .sorted(Comparator.comparing(Backend::name)).map(Candidate::new).toList();
        long greatestWeight = backends.stream().mapToInt(Backend::weight).max().orElseThrow();
        Backend[] slots = new Backend[SIZE];
        int taken = 0;
        while (true) {
            for (Candidate candidate : candidates) {
                // the heaviest backend takes a slot in every round, a backend of half its weight in every second round
                candidate.credit += candidate.weight;
                if (candidate.credit >= greatestWeight) {
                    candidate.credit -= greatestWeight;
                    slots[candidate.nextFree(slots)] = candidate.backend;
                    taken++;
                    if (taken == SIZE) {
                        return new MaglevTable(slots);
                    }
                }
            }
        }
    }

    /** Returns the backend for a client key. */
    Backend backend(byte[] key) {
        return slots[(int) Long.remainderUnsigned(MurmurHash3.hash128x64(key)[0], SIZE)];
    }

    /** The position of a backend in its preference order. */
    private static final class Candidate {

        private final Backend backend;
        private final int weight;
        private final int step;
        private int next;
        private long credit;

        Candidate(Backend backend) {
            this.backend = backend;
            this.weight = backend.weight();
            long[] hash = MurmurHash3.hash128x64(backend.name().getBytes(StandardCharsets.UTF_8));
            this.next = (int) Long.remainderUnsigned(hash[0], SIZE);
            this.step = (int) Long.remainderUnsigned(hash[1], SIZE - 1) + 1;
        }

        int nextFree(Backend[] slots) {
            while (slots[next] != null) {
                next = (next + step) % SIZE;
            }
            return next;
        }
    }
}

package io.apexproxy.lb.sourcehash;

import io.apexproxy.api.Backend;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * A table of slots, each of which belongs to a backend; a client's hash is the number of its slot.
 *
 * <p>The way of filling it is that of Maglev (Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load
 * Balancer", NSDI 2016, section 3.4): each backend has an order of preference over all slots, derived from its name,
 * and they take their best free slot in rounds. Shares are exact to a slot, and a change of membership moves few
 * slots between the backends that stay.
 */
final class MaglevTable {

    /**
     * The number of slots, the smaller of the two sizes in the paper: a prime, so that every step width visits every
     * slot. It gives shares within 1 % of the ideal for up to 650 backends, at 256 KiB.
     */
    static final int SIZE = 65_537;

    private final Backend[] slots;

    private MaglevTable(Backend[] slots) {
        this.slots = slots;
    }

    static MaglevTable of(List<Backend> backends) {
        // by name: the order of the configuration must not matter
        List<Candidate> candidates = backends.stream()
                .sorted(Comparator.comparing(Backend::name)).map(Candidate::new).toList();
        long greatestWeight = backends.stream().mapToInt(Backend::weight).max().orElseThrow();
        Backend[] slots = new Backend[SIZE];
        int taken = 0;
        while (true) {
            for (Candidate candidate : candidates) {
                // the heaviest takes a slot in every round, one of half its weight in every other round
                candidate.credit += candidate.weight;
                if (candidate.credit >= greatestWeight) {
                    candidate.credit -= greatestWeight;
                    slots[candidate.bestFree(slots)] = candidate.backend;
                    taken++;
                    if (taken == SIZE) {
                        return new MaglevTable(slots);
                    }
                }
            }
        }
    }

    /** Returns the backend of the client with this key. */
    Backend backend(byte[] key) {
        return slots[(int) Long.remainderUnsigned(MurmurHash3.hash128x64(key)[0], SIZE)];
    }

    /** A backend on its walk over the slots, in its own order of preference. */
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

        int bestFree(Backend[] slots) {
            while (slots[next] != null) {
                next = (next + step) % SIZE;
            }
            return next;
        }
    }
}

package io.apexproxy.health.tcp;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Probes that have given their result and sent FIN, and wait until the backend closes its side.
 *
 * <p>Bounded: the runtime limits concurrent probes, but a probe with a result no longer counts, so thousands of
 * backends that do not close would hold as many descriptors. Beyond the bound the oldest connection is closed; its
 * backend has had the most time. All methods may be called from any thread.
 */
final class LingeringProbes {

    /** For each health check. Backends close within a round trip, so few probes are here at a time. */
    static final int MAX = 64;

    private final Set<Probe> probes = new LinkedHashSet<>();

    /** Adds a probe. Closes the oldest one if there are too many. */
    void add(Probe probe) {
        excessAfter(probe).ifPresent(Probe::close);
    }

    private synchronized Optional<Probe> excessAfter(Probe probe) {
        probes.add(probe);
        if (probes.size() <= MAX) {
            return Optional.empty();
        }
        Iterator<Probe> oldest = probes.iterator();
        Probe excess = oldest.next();
        oldest.remove();
        return Optional.of(excess);
    }

    /** Removes a probe whose connection is closed. */
    synchronized void remove(Probe probe) {
        probes.remove(probe);
    }
}

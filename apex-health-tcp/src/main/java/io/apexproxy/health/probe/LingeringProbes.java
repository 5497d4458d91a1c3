package io.apexproxy.health.probe;

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

    private final Set<ProbeConnection> probes = new LinkedHashSet<>();

    /** Adds a probe. Closes the oldest one if there are too many. */
    void add(ProbeConnection probe) {
        excessAfter(probe).ifPresent(ProbeConnection::close);
    }

    private synchronized Optional<ProbeConnection> excessAfter(ProbeConnection probe) {
        probes.add(probe);
        if (probes.size() <= MAX) {
            return Optional.empty();
        }
        Iterator<ProbeConnection> oldest = probes.iterator();
        ProbeConnection excess = oldest.next();
        oldest.remove();
        return Optional.of(excess);
    }

    /** Removes a probe whose connection is closed. */
    synchronized void remove(ProbeConnection probe) {
        probes.remove(probe);
    }
}

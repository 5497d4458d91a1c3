package io.apexproxy.health.http;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Probes that have a result, have sent FIN, and wait for the FIN of the backend.
 *
 * <p>Beyond {@value #MAX} probes the oldest connection is closed. The limit is needed because the runtime limits only
 * probes without a result: thousands of backends that do not close would hold as many descriptors. All methods can be
 * called from any thread.
 */
final class LingeringProbes {

    /** Per health check. Backends usually close within a round trip, so this limit is rarely reached. */
    static final int MAX = 64;

    private final Set<Probe> probes = new LinkedHashSet<>();

    /** Adds a probe, and closes the oldest probe if the limit is exceeded. */
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

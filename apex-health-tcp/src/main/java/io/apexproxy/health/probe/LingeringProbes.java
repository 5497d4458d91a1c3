package io.apexproxy.health.probe;

import com.google.errorprone.annotations.concurrent.GuardedBy;
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

    @GuardedBy("this")
    private final Set<ProbeConnection> probes = new LinkedHashSet<>();

    /** Adds a probe, and closes the oldest probe if the limit is exceeded. */
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

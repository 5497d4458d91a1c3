package io.apexproxy.runtime.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The most recently removed backends of a pool that still have connections. Thread-safe. */
final class RemovedBackends {

    /** Bounds the memory for a name with many addresses that change often. */
    static final int MAX_BACKENDS = 256;

    @GuardedBy("this")
    private final Set<BackendState> backends = new LinkedHashSet<>();

    /** Adds a backend, unless it has no connections. */
    synchronized void add(BackendState backend) {
        removeIdle();
        if (backend.activeConnections() > 0 && backends.add(backend) && backends.size() > MAX_BACKENDS) {
            Iterator<BackendState> eldest = backends.iterator();
            eldest.next();
            eldest.remove();
        }
    }

    /** Removes a backend that is configured again. */
    synchronized void remove(BackendState backend) {
        backends.remove(backend);
    }

    /** Removes the backend with this key that still has connections, and returns it; empty if there is none. */
    synchronized Optional<BackendState> take(BackendKey key) {
        removeIdle();
        Optional<BackendState> found =
                backends.stream().filter(backend -> BackendKey.of(backend).equals(key)).findFirst();
        found.ifPresent(backends::remove);
        return found;
    }

    /** Returns the backends that still have connections, in the order of their removal. */
    synchronized List<BackendState> list() {
        removeIdle();
        return List.copyOf(backends);
    }

    @GuardedBy("this")
    private void removeIdle() {
        backends.removeIf(backend -> backend.activeConnections() == 0);
    }
}

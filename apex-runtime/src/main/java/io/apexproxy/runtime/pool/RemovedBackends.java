package io.apexproxy.runtime.pool;

import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The backends that were removed from a pool and still have connections; the most recent ones only. Any thread. */
final class RemovedBackends {

    /** A name with many addresses that change often must not fill the memory. */
    static final int MOST = 256;

    private final Set<BackendState> backends = new LinkedHashSet<>();

    /** Adds a backend, unless it has no connections. */
    synchronized void add(BackendState backend) {
        forgetIdle();
        if (backend.activeConnections() > 0 && backends.add(backend) && backends.size() > MOST) {
            Iterator<BackendState> eldest = backends.iterator();
            eldest.next();
            eldest.remove();
        }
    }

    /** Removes a backend that is configured again. */
    synchronized void remove(BackendState backend) {
        backends.remove(backend);
    }

    /** Returns those that still have connections, the one that was removed first at the front. */
    synchronized List<BackendState> list() {
        forgetIdle();
        return List.copyOf(backends);
    }

    private void forgetIdle() {
        backends.removeIf(backend -> backend.activeConnections() == 0);
    }
}

package io.apexproxy.runtime.limit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The number of idle connections for which the heap of this process is sufficient. */
final class HeapLimit {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    /** An idle connection takes 1.8 KiB of live heap. The rest is for its access line, its timers and garbage. */
    private static final long BYTES_PER_CONNECTION = 2 * KIB + KIB / 2;
    /** Heap of Apex with a few plugins and without connections. */
    private static final long RESERVE = 6 * MIB;
    private static final long MIN_CONNECTIONS = 16;

    private HeapLimit() {
    }

    /** Returns the number of connections for which a heap of this maximum size in bytes is sufficient. */
    static int connections(long heap) {
        long connections = Math.max(MIN_CONNECTIONS, (heap - RESERVE) / BYTES_PER_CONNECTION);
        return (int) Math.min(connections, Integer.MAX_VALUE);
    }

    /** Logs a warning if the heap is not sufficient for the configured number of connections. */
    static void warnOf(int configured) {
        long heap = Runtime.getRuntime().maxMemory();
        int possible = connections(heap);
        if (configured > possible) {
            LOG.warn("max_connections: {} connections need about {} MiB of heap, and {} MiB suffice for {}: the process"
                    + " can run out of memory; lower max_connections, or raise -Xmx in conf/jvm.options",
                    configured, (RESERVE + configured * BYTES_PER_CONNECTION) / MIB, heap / MIB, possible);
        }
    }
}

package io.apexproxy.runtime.limit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calculates how many idle connections the heap of this process can hold. */
final class HeapLimit {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    /** An idle connection takes 1.8 KiB of live heap; the rest is for its access line, its timers and for garbage. */
    private static final long BYTES_PER_CONNECTION = 2 * KIB + KIB / 2;
    /** What Apex takes itself, with a few plugins. */
    private static final long RESERVE = 6 * MIB;
    private static final long LEAST = 16;

    private HeapLimit() {
    }

    /**
     * Returns how many connections a heap can hold.
     *
     * @param heap its greatest size in bytes
     */
    static int connections(long heap) {
        long connections = Math.max(LEAST, (heap - RESERVE) / BYTES_PER_CONNECTION);
        return (int) Math.min(connections, Integer.MAX_VALUE);
    }

    /** Logs that the configuration permits more connections than the heap can hold, if it does. */
    static void warnOf(int configured) {
        long heap = Runtime.getRuntime().maxMemory();
        int possible = connections(heap);
        if (configured > possible) {
            LOG.warn("max_connections: {} connections need about {} MiB of heap, and {} MiB suffice for {}: the process"
                    + " may run out of memory; lower max_connections, or raise -Xmx in conf/jvm.options",
                    configured, (RESERVE + configured * BYTES_PER_CONNECTION) / MIB, heap / MIB, possible);
        }
    }
}

package io.apexproxy.runtime.limit;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects the garbage of the whole heap after the heap has grown.
 *
 * <p>The serial collector of Java 25 never collects the old generation before the heap has its maximum, by default a
 * quarter of the memory: it expands the old generation instead. That of Java 17 collects it after an expansion. Objects
 * become old if they survive a few collections of the young generation, such as those of long connections and of
 * earlier configurations. A process under load would take more memory from day to day.
 */
public final class HeapGrowth implements Runnable {

    /** The system property that permits collections. A process with another collector does not need them. */
    private static final String PERMITTED = "apex.heap.collect";
    /** Garbage that is not worth a collection, which takes about 20 ms. */
    private static final long SMALL_BYTES = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger("apex");

    private final LongSupplier used;
    private final Runnable collector;
    /** Used after the last collection, or at the creation. */
    private long left;

    private HeapGrowth() {
        this(() -> Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory(), System::gc);
    }

    HeapGrowth(LongSupplier used, Runnable collector) {
        this.used = used;
        this.collector = collector;
        this.left = used.getAsLong();
    }

    /** Returns the task of this process. */
    public static Runnable ofThisProcess() {
        return Boolean.getBoolean(PERMITTED) ? new HeapGrowth() : () -> {};
    }

    /** Collects the heap if it has doubled and grown by 4 MiB since the last collection. Blocks meanwhile. */
    @Override
    public void run() {
        long before = used.getAsLong();
        if (before <= 2 * left + SMALL_BYTES) {
            return;
        }
        long start = System.nanoTime();
        collector.run();
        left = used.getAsLong();
        LOG.debug("heap: collected {} of {} KiB in {} ms", (before - left) >> 10, before >> 10,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }
}

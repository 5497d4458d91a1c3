package io.apexproxy.runtime.limit;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ceiling for relay buffers: {@code buffer_memory} or its default, within what the JVM allows. */
public final class BufferLimit {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final long MIB = 1L << 20;
    private static final long GREATEST_DEFAULT = 512 * MIB;
    private static final long SHARE_OF_MEMORY = 4;
    /** Of what the JVM allows, for the JDK's own buffers and for first buffers beyond the ceiling. */
    private static final long SHARE_LEFT = 8;
    private static final long LEAST = MIB;
    /** Set by conf/jvm.options next to -XX:MaxDirectMemorySize; asking the JVM would delay each start. */
    private static final String UNLIMITED = "apex.direct.unlimited";

    private BufferLimit() {
    }

    /**
     * Returns the ceiling, and logs where it is lower than the configuration says.
     *
     * @param configured {@code buffer_memory} in bytes; empty: the default
     * @return bytes
     */
    public static long bytes(OptionalLong configured) {
        long wanted = configured.orElseGet(() -> ofMemory(MemoryLimit.bytes()));
        long allowed = Boolean.getBoolean(UNLIMITED) ? Long.MAX_VALUE : direct();
        long granted = within(wanted, allowed);
        if (granted < wanted) {
            String message = "buffer_memory: the JVM allows {} MiB for direct buffers: using {} MiB instead of {} MiB; "
                    + "set -XX:MaxDirectMemorySize to raise the limit";
            if (configured.isPresent()) {
                LOG.warn(message, allowed / MIB, granted / MIB, wanted / MIB);
            } else {
                LOG.info(message, allowed / MIB, granted / MIB, wanted / MIB);
            }
        }
        return granted;
    }

    /** The default where the process may use so much memory; both in bytes. */
    static long ofMemory(long memory) {
        return Math.max(LEAST, Math.min(GREATEST_DEFAULT, memory / SHARE_OF_MEMORY));
    }

    /** What remains of a wish where the JVM allows so much for all direct buffers; all in bytes. */
    static long within(long wanted, long allowed) {
        return Math.max(LEAST, Math.min(wanted, allowed - allowed / SHARE_LEFT));
    }

    /**
     * Beyond this the JDK collects garbage and sleeps on the thread that allocates, here an event loop, then throws.
     */
    private static long direct() {
        try {
            HotSpotDiagnosticMXBean options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            long limit = Long.parseLong(options.getVMOption("MaxDirectMemorySize").getValue());
            return limit > 0 ? limit : Runtime.getRuntime().maxMemory();
        } catch (RuntimeException e) { // another JVM, which has its own options
            LOG.debug("The JVM's limit for direct buffers is not known", e);
            return Long.MAX_VALUE;
        }
    }
}

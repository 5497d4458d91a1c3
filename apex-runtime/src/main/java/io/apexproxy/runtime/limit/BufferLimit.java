package io.apexproxy.runtime.limit;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The limit of memory for relay buffers: {@code buffer_memory} or its default, at most the limit of the JVM. */
public final class BufferLimit {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final long MIB = 1L << 20;
    private static final long MAX_DEFAULT = 512 * MIB;
    /** The default is this fraction of the memory. */
    private static final long MEMORY_DIVISOR = 4;
    /** Fraction of the JVM limit that is reserved for buffers of the JDK and for first buffers above the limit. */
    private static final long RESERVE_DIVISOR = 8;
    private static final long MIN_BYTES = MIB;
    /** Set by conf/jvm.options next to -XX:MaxDirectMemorySize, because a query of the JVM delays the start. */
    private static final String UNLIMITED = "apex.direct.unlimited";

    private BufferLimit() {
    }

    /**
     * Returns the limit in bytes: {@code buffer_memory}, or the default if it is empty. Logs a line if the limit of
     * the JVM lowers it.
     */
    public static long bytes(OptionalLong configured) {
        long requested = configured.orElseGet(() -> ofMemory(MemoryLimit.bytes()));
        long jvmLimit = Boolean.getBoolean(UNLIMITED) ? Long.MAX_VALUE : jvmLimit();
        long limit = within(requested, jvmLimit);
        if (limit < requested) {
            String message = "buffer_memory: the JVM allows {} MiB for direct buffers: using {} MiB instead of {} MiB; "
                    + "set -XX:MaxDirectMemorySize to raise the limit";
            if (configured.isPresent()) {
                LOG.warn(message, jvmLimit / MIB, limit / MIB, requested / MIB);
            } else {
                LOG.info(message, jvmLimit / MIB, limit / MIB, requested / MIB);
            }
        }
        return limit;
    }

    /** Returns the default for a process that may use so much memory; both in bytes. */
    static long ofMemory(long memory) {
        return Math.max(MIN_BYTES, Math.min(MAX_DEFAULT, memory / MEMORY_DIVISOR));
    }

    /** Returns the part of the requested bytes that fits the limit of the JVM for all direct buffers. */
    static long within(long requested, long jvmLimit) {
        return Math.max(MIN_BYTES, Math.min(requested, jvmLimit - jvmLimit / RESERVE_DIVISOR));
    }

    /**
     * Returns the limit of the JVM for direct buffers in bytes. Above it, the JDK collects garbage and sleeps on the
     * allocating thread, here an event loop, and then throws.
     */
    private static long jvmLimit() {
        try {
            HotSpotDiagnosticMXBean options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            long limit = Long.parseLong(options.getVMOption("MaxDirectMemorySize").getValue());
            return limit > 0 ? limit : Runtime.getRuntime().maxMemory();
        } catch (RuntimeException e) { // a JVM without this option
            LOG.debug("The limit of the JVM for direct buffers is unknown", e);
            return Long.MAX_VALUE;
        }
    }
}

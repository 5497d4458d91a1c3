package io.apexproxy.runtime;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * The file descriptors of this process.
 *
 * @param used how many are open
 * @param max how many may be open
 */
record Descriptors(long used, long max) {

    /** Returns the present numbers; empty where the system has none. */
    static Optional<Descriptors> open() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? Optional.of(new Descriptors(system.getOpenFileDescriptorCount(), system.getMaxFileDescriptorCount()))
                : Optional.empty();
    }
}

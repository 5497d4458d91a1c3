package io.apexproxy.runtime.limit;

import io.apexproxy.runtime.config.ProxyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many connections the file descriptors of this process, and its heap, are good for. */
public final class DescriptorLimit {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String LINE = "Max open files";
    /** Where the system does not tell: the usual limit of a Unix login. */
    private static final long UNKNOWN = 1024;
    /** Kept for probes, the admin endpoint, the configuration, jars and the log. */
    private static final long RESERVE = 128;
    /** Of a loop: the selector, its wake-up and the spare socket. */
    private static final long DESCRIPTORS_PER_LOOP = 3;
    /** With less than this there is no proxy to speak of; then accepting pauses where it must. */
    private static final long LEAST = 16;
    private static final int DESCRIPTORS_PER_CONNECTION = 2;
    /** Probes get one of so many descriptors: the rest is for connections, whatever backends do. */
    private static final int SHARE_OF_PROBES = 8;
    /** Fewer concurrent probes would delay verdicts by more than they save. */
    private static final int LEAST_PROBES = 16;
    /** Enough for a few browsers and scrapers. With more, more silent ones are needed to displace a slow one. */
    private static final long ADMIN_CONNECTIONS = 64;
    /** One in so many descriptors. */
    private static final long ADMIN_SHARE = 1024;
    private static final long MOST_ADMIN_CONNECTIONS = 1024;

    private DescriptorLimit() {
    }

    /**
     * Returns how many client connections there may be at the same time. Logs where the configuration permits more than
     * the heap can hold.
     *
     * @param config the configuration
     * @return what it says, or else what both the descriptors and the heap are good for
     */
    public static int connections(ProxyConfig config) {
        if (config.maxConnections() > 0) {
            HeapLimit.warnOf(config.maxConnections());
            return config.maxConnections();
        }
        long addresses = config.listeners().stream().mapToLong(listener -> listener.addresses().size()).sum();
        return Math.min(connections(descriptors(), config.threads(), addresses),
                HeapLimit.connections(Runtime.getRuntime().maxMemory()));
    }

    /**
     * Returns how many connections the admin endpoint may have: the reserve has these, and large limits some more.
     *
     * @return at least 64
     */
    public static int adminConnections() {
        return adminConnections(descriptors());
    }

    static int adminConnections(long descriptors) {
        return (int) Math.min(ADMIN_CONNECTIONS + descriptors / ADMIN_SHARE, MOST_ADMIN_CONNECTIONS);
    }

    /**
     * How many connections are left when the process has what it needs itself.
     *
     * @param descriptors the limit of this process
     * @param loops event loops, each with its own socket for each address
     * @param addresses that are listened on
     */
    static int connections(long descriptors, int loops, long addresses) {
        long own = loops * (DESCRIPTORS_PER_LOOP + addresses) + RESERVE;
        long connections = Math.max(LEAST, (descriptors - own) / DESCRIPTORS_PER_CONNECTION);
        return (int) Math.min(connections, Integer.MAX_VALUE);
    }

    /**
     * Returns how many health probes may run at the same time.
     *
     * @return at least 16
     */
    public static int probes() {
        return probes(descriptors());
    }

    static int probes(long descriptors) {
        return (int) Math.min(Math.max(LEAST_PROBES, descriptors / SHARE_OF_PROBES), Integer.MAX_VALUE);
    }

    /** The line is {@code Max open files  1024  524288  files}: the soft limit comes first. */
    private static long descriptors() {
        try {
            List<String> lines = Files.readAllLines(LIMITS);
            for (String line : lines) {
                if (line.startsWith(LINE)) {
                    String soft = line.substring(LINE.length()).strip().split("\\s+")[0];
                    return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
                }
            }
        } catch (IOException | NumberFormatException e) {
            LOG.debug("{} cannot be read; assuming {} descriptors", LIMITS, UNKNOWN, e);
        }
        return UNKNOWN;
    }
}

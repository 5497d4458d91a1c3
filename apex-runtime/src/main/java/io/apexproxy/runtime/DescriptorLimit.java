package io.apexproxy.runtime;

import io.apexproxy.runtime.config.ProxyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many connections the file descriptors of this process are good for. */
final class DescriptorLimit {

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
    /** Enough for a few browsers and scrapers. With more, more silent ones are needed to displace a slow one. */
    private static final long ADMIN_CONNECTIONS = 64;
    /** One in so many descriptors. */
    private static final long ADMIN_SHARE = 1024;
    private static final long MOST_ADMIN_CONNECTIONS = 1024;

    private DescriptorLimit() {
    }

    /** What the configuration says, or else what the descriptors are good for. */
    static int connections(ProxyConfig config) {
        long addresses = config.listeners().stream().mapToLong(listener -> listener.addresses().size()).sum();
        return config.maxConnections() > 0
                ? config.maxConnections() : connections(descriptors(), config.threads(), addresses);
    }

    /** How many connections the admin endpoint may have: the reserve has these, and large limits some more. */
    static int adminConnections() {
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

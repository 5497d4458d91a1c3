package io.apexproxy.runtime.limit;

import io.apexproxy.runtime.config.ProxyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limit of file descriptors of this process, and what it suffices for.
 *
 * @param descriptors the most that may be open
 */
public record DescriptorLimit(long descriptors) {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String LINE = "Max open files";
    /** Where the system does not tell: the usual limit of a Unix login. */
    private static final long UNKNOWN = 1024;
    /** Kept for the configuration, jars and the log. */
    private static final long RESERVE = 64;
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

    /** Reads the limit from the system; where that is not possible, assumes one. Blocks for a file of the kernel. */
    public static DescriptorLimit ofThisProcess() {
        DescriptorLimit limit = of(LIMITS);
        LOG.debug("file descriptors: the limit of this process is {}", limit.descriptors);
        return limit;
    }

    /** The line is {@code Max open files  1024  524288  files}: the soft limit comes first. */
    static DescriptorLimit of(Path limits) {
        try {
            List<String> lines = Files.readAllLines(limits);
            for (String line : lines) {
                if (line.startsWith(LINE)) {
                    String soft = line.substring(LINE.length()).strip().split("\\s+")[0];
                    return new DescriptorLimit(soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft));
                }
            }
        } catch (IOException | NumberFormatException e) {
            LOG.debug("{} cannot be read; assuming {} descriptors", limits, UNKNOWN, e);
        }
        return new DescriptorLimit(UNKNOWN);
    }

    /**
     * Returns how many client connections there may be at the same time. Logs where the configuration permits more than
     * the heap can hold.
     *
     * @param config the configuration
     * @return what it says, or else what both the descriptors and the heap suffice for
     */
    public int connections(ProxyConfig config) {
        if (config.maxConnections() > 0) {
            HeapLimit.warnOf(config.maxConnections());
            return config.maxConnections();
        }
        long addresses = config.listeners().stream().mapToLong(listener -> listener.addresses().size()).sum();
        return Math.min(connections(config.threads(), addresses),
                HeapLimit.connections(Runtime.getRuntime().maxMemory()));
    }

    /** Returns how many connections the admin endpoint may have; at least 64. */
    public int adminConnections() {
        return (int) Math.min(ADMIN_CONNECTIONS + descriptors / ADMIN_SHARE, MOST_ADMIN_CONNECTIONS);
    }

    /**
     * How many connections are left when the process has what it needs itself, also while all probes run and the admin
     * endpoint has all its connections.
     *
     * @param loops event loops, each with its own socket for each address
     * @param addresses that are listened on
     */
    int connections(int loops, long addresses) {
        long own = loops * (DESCRIPTORS_PER_LOOP + addresses) + RESERVE + probes() + adminConnections();
        long connections = Math.max(LEAST, (descriptors - own) / DESCRIPTORS_PER_CONNECTION);
        return (int) Math.min(connections, Integer.MAX_VALUE);
    }

    /** Returns how many health probes may run at the same time; at least 16. */
    public int probes() {
        return (int) Math.min(Math.max(LEAST_PROBES, descriptors / SHARE_OF_PROBES), Integer.MAX_VALUE);
    }
}

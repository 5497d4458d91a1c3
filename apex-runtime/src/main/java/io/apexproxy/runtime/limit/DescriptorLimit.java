package io.apexproxy.runtime.limit;

import io.apexproxy.runtime.config.ProxyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limit of file descriptors of this process, and the limits of connections and probes that follow from it.
 *
 * @param descriptors the highest number of open descriptors
 */
public record DescriptorLimit(long descriptors) {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String LINE = "Max open files";
    /** Assumed if the system does not report a limit: the usual limit of a Unix login. */
    private static final long DEFAULT = 1024;
    /** Reserved for the configuration, jars and the log. */
    private static final long RESERVE = 64;
    /** The selector, its wake-up and the spare socket. */
    private static final long DESCRIPTORS_PER_LOOP = 3;
    private static final long DESCRIPTORS_PER_PIPE = 2;
    /** A pipe is only held while bytes are in it, so this is the number of slow receivers of long transfers. */
    private static final long MAX_PIPES_PER_LOOP = 64;
    /** Each loop gets at most this fraction of the descriptors as pipes. */
    private static final long PIPE_DIVISOR = 256;
    /** A lower limit makes the proxy useless. If descriptors are missing, listeners pause accepting. */
    private static final long MIN_CONNECTIONS = 16;
    private static final int DESCRIPTORS_PER_CONNECTION = 2;
    /** Probes get this fraction of the descriptors, so that slow backends leave the rest to connections. */
    private static final int PROBE_DIVISOR = 8;
    /** Fewer concurrent probes would save few descriptors and delay verdicts. */
    private static final int MIN_PROBES = 16;
    /** Enough for a few browsers and scrapers. A higher limit protects slow clients from displacement by idle ones. */
    private static final long MIN_ADMIN_CONNECTIONS = 64;
    /** The admin endpoint additionally gets this fraction of the descriptors. */
    private static final long ADMIN_DIVISOR = 1024;
    private static final long MAX_ADMIN_CONNECTIONS = 1024;

    /** Reads the limit from /proc. If that is not possible, assumes 1024. */
    public static DescriptorLimit ofThisProcess() {
        DescriptorLimit limit = of(LIMITS);
        LOG.debug("file descriptors: the limit of this process is {}", limit.descriptors);
        return limit;
    }

    /** Reads the soft limit, the first number of the line {@code Max open files  1024  524288  files}. */
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
            LOG.debug("{} cannot be read; assuming {} descriptors", limits, DEFAULT, e);
        }
        return new DescriptorLimit(DEFAULT);
    }

    /**
     * Returns the limit of concurrent client connections. Logs a warning if the configured limit exceeds the heap.
     *
     * @param config the configuration
     * @param pipesPerLoop the most pipes of an event loop
     * @return {@code max_connections}, or by default the number for which descriptors and heap are sufficient
     */
    public int connections(ProxyConfig config, int pipesPerLoop) {
        if (config.maxConnections() > 0) {
            HeapLimit.warnOf(config.maxConnections());
            return config.maxConnections();
        }
        long addresses = config.listeners().stream().mapToLong(listener -> listener.addresses().size()).sum();
        return Math.min(connections(config.threads(), pipesPerLoop, addresses),
                HeapLimit.connections(Runtime.getRuntime().maxMemory()));
    }

    /** Returns the limit of connections of the admin endpoint, at least 64. */
    public int adminConnections() {
        return (int) Math.min(MIN_ADMIN_CONNECTIONS + descriptors / ADMIN_DIVISOR, MAX_ADMIN_CONNECTIONS);
    }

    /**
     * Returns the number of connections for which the descriptors are sufficient while all probes run and the admin
     * endpoint has the highest number of connections.
     *
     * @param loops the number of event loops, each with a separate socket for each address
     * @param pipesPerLoop the most pipes of an event loop
     * @param addresses the number of listen addresses
     */
    int connections(int loops, int pipesPerLoop, long addresses) {
        long own = loops * (DESCRIPTORS_PER_LOOP + DESCRIPTORS_PER_PIPE * pipesPerLoop + addresses) + RESERVE + probes()
                + adminConnections();
        long connections = Math.max(MIN_CONNECTIONS, (descriptors - own) / DESCRIPTORS_PER_CONNECTION);
        return (int) Math.min(connections, Integer.MAX_VALUE);
    }

    /**
     * Returns the most pipes of an event loop, of which the fastest transfers need one each. Other transfers use
     * buffers.
     */
    public int pipesPerLoop() {
        return (int) Math.min(MAX_PIPES_PER_LOOP, descriptors / PIPE_DIVISOR);
    }

    /** Returns the limit of concurrent health probes, at least 16. */
    public int probes() {
        return (int) Math.min(Math.max(MIN_PROBES, descriptors / PROBE_DIVISOR), Integer.MAX_VALUE);
    }
}

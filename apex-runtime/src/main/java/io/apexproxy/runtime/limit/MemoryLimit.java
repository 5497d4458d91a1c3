package io.apexproxy.runtime.limit;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory that this process may use: the memory of the machine or the limit of a control group.
 *
 * <p>This class reads the files of the kernel for two reasons. {@link OperatingSystemMXBean} of Java 17 ignores the
 * limits of outer groups in version 2, such as a systemd slice. Loading the management classes takes longer than
 * reading the files. Control groups are expected below /sys/fs/cgroup, where systemd and container runtimes mount them.
 */
final class MemoryLimit {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final String VERSION_1_FILE = "memory.limit_in_bytes";
    private static final String VERSION_2_FILE = "memory.max";
    private static final String TOTAL = "MemTotal:";
    private static final long KIB = 1024;
    private static final long NONE = Long.MAX_VALUE;

    private MemoryLimit() {
    }

    /** Returns the limit in bytes. */
    static long bytes() {
        long limit = bytes(Path.of("/"));
        return limit < NONE ? limit
                : ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    /**
     * Returns the limit according to the kernel files below a root directory.
     *
     * @return bytes; {@link Long#MAX_VALUE} without such files, as on systems other than Linux
     */
    static long bytes(Path root) {
        return Math.min(machineMemory(root.resolve("proc/meminfo")), groupLimit(root));
    }

    /** Parses the line {@code MemTotal:       24683620 kB}. */
    private static long machineMemory(Path file) {
        return lines(file).stream().filter(line -> line.startsWith(TOTAL))
                .mapToLong(line -> number(line.substring(TOTAL.length()).replace("kB", "").strip()))
                .map(kib -> kib < NONE / KIB ? kib * KIB : NONE).findFirst().orElse(NONE);
    }

    /** Parses lines {@code 0::/path} of version 2 and {@code 4:memory:/path} of version 1. A host can have both. */
    private static long groupLimit(Path root) {
        Path mount = root.resolve("sys/fs/cgroup");
        long limit = NONE;
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && parts[1].isEmpty()) {
                limit = Math.min(limit, lowestLimit(mount, parts[2], VERSION_2_FILE));
                limit = Math.min(limit, lowestLimit(mount.resolve("unified"), parts[2], VERSION_2_FILE));
            } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
                limit = Math.min(limit, lowestLimit(mount.resolve("memory"), parts[2], VERSION_1_FILE));
            }
        }
        return limit;
    }

    /**
     * Returns the lowest limit of a group and its outer groups. In a container, the path can be a path of the host that
     * does not exist in the container. Then the group of the container is the mount point.
     */
    private static long lowestLimit(Path mount, String path, String file) {
        long limit = NONE;
        Path group = mount.resolve(path.replaceFirst("^/+", "")).normalize();
        while (group != null && group.startsWith(mount)) {
            List<String> content = lines(group.resolve(file));
            limit = content.isEmpty() ? limit : Math.min(limit, number(content.get(0).strip()));
            group = group.getParent();
        }
        return limit;
    }

    /** Parses a limit. Text that is not a number, such as {@code max}, means no limit. */
    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return NONE;
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            LOG.debug("{} cannot be read", file, e);
            return List.of();
        }
    }
}

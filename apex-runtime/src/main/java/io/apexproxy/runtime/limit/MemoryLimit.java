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
 * The memory that this process may use: that of the machine, or less where a control group limits it.
 *
 * <p>The files are read here because {@link OperatingSystemMXBean} of Java 17 ignores the limits of outer groups in
 * version 2, such as that of a systemd slice, and because loading the management classes takes longer than all of this.
 * Control groups are looked for below /sys/fs/cgroup, where systemd and container runtimes mount them.
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
     * Returns the limit that the files below a root directory state.
     *
     * @return bytes; {@link Long#MAX_VALUE} where there are no such files, as on other systems than Linux
     */
    static long bytes(Path root) {
        return Math.min(machine(root.resolve("proc/meminfo")), group(root));
    }

    /** The line is {@code MemTotal:       24683620 kB}. */
    private static long machine(Path file) {
        return lines(file).stream().filter(line -> line.startsWith(TOTAL))
                .mapToLong(line -> number(line.substring(TOTAL.length()).replace("kB", "").strip()))
                .map(kib -> kib < NONE / KIB ? kib * KIB : NONE).findFirst().orElse(NONE);
    }

    /** Lines are {@code 0::/path} for version 2 and {@code 4:memory:/path} for version 1; a host may have both. */
    private static long group(Path root) {
        Path mount = root.resolve("sys/fs/cgroup");
        long limit = NONE;
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && parts[1].isEmpty()) {
                limit = Math.min(limit, least(mount, parts[2], VERSION_2_FILE));
                limit = Math.min(limit, least(mount.resolve("unified"), parts[2], VERSION_2_FILE));
            } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
                limit = Math.min(limit, least(mount.resolve("memory"), parts[2], VERSION_1_FILE));
            }
        }
        return limit;
    }

    /**
     * The least limit of a group and those around it. In a container the path may be that of the host, which is missing
     * here; then the container's own group is the mount point.
     */
    private static long least(Path mount, String path, String file) {
        long limit = NONE;
        Path group = mount.resolve(path.replaceFirst("^/+", "")).normalize();
        while (group != null && group.startsWith(mount)) {
            List<String> content = lines(group.resolve(file));
            limit = content.isEmpty() ? limit : Math.min(limit, number(content.get(0).strip()));
            group = group.getParent();
        }
        return limit;
    }

    /** {@code max} and whatever else is no number is no limit. */
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

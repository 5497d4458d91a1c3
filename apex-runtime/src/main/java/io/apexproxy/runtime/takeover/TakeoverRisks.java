package io.apexproxy.runtime.takeover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can go wrong in a takeover because of the system, as warnings in the log.
 *
 * @see <a href="https://www.kernel.org/doc/Documentation/networking/ip-sysctl.rst">tcp_migrate_req</a>
 */
public final class TakeoverRisks {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final Path PROCESSES = Path.of("/proc");
    private static final Path MIGRATION = PROCESSES.resolve("sys/net/ipv4/tcp_migrate_req");
    private static final String RESET = "a connection that arrives between the last accept and the close of a listener"
            + " of process {} is reset";
    /** The last part of the path of a control group, such as {@code 0::/system.slice/apex.service}. */
    private static final Pattern SERVICE = Pattern.compile("(?m)/([^/\n]+\\.service)$");
    private static final long FIRST_PROCESS = 1;

    private TakeoverRisks() {
    }

    /**
     * Logs the risks of the takeover of a process.
     *
     * @param notifies whether this process notifies systemd that it is the main process now
     */
    public static void log(long predecessor, boolean notifies) {
        try {
            if (!Files.exists(MIGRATION)) {
                LOG.warn("takeover: the kernel has no net.ipv4.tcp_migrate_req (Linux 5.14 and newer): " + RESET,
                        predecessor);
            } else if (Files.readString(MIGRATION).strip().equals("0")) {
                LOG.warn("takeover: net.ipv4.tcp_migrate_req is 0: " + RESET
                        + "; to prevent that: sysctl -w net.ipv4.tcp_migrate_req=1", predecessor);
            }
            Optional<String> unit = service(predecessor);
            if (unit.isPresent()) {
                logService(predecessor, unit.get(), service(), notifies);
            }
        } catch (IOException e) { // no Linux, or the process has ended
            LOG.debug("the risks of a takeover cannot be determined", e);
        }
    }

    /** systemd accepts a process of the service as its main one, if the process notifies it of that. */
    static void logService(long predecessor, String unit, Optional<String> own, boolean notifies) {
        String remedy = "this process does not belong to it; systemctl restart with a socket unit loses no connection"
                + " either";
        if (own.filter(unit::equals).isPresent()) {
            if (notifies) {
                return;
            }
            remedy = "this process cannot notify it; set NotifyAccess=all in the unit, and use Java 22 or newer";
        }
        LOG.warn("takeover: process {} is the main process of {}: systemd regards its end as the end of the service,"
                + " and {}", predecessor, unit, remedy);
    }

    /** Returns the service of systemd that this process belongs to. */
    private static Optional<String> service() throws IOException {
        return unit(Files.readString(PROCESSES.resolve("self/cgroup")));
    }

    /** Returns the service of systemd whose main process this is. */
    private static Optional<String> service(long pid) throws IOException {
        boolean isStartedBySystem = ProcessHandle.of(pid).flatMap(ProcessHandle::parent)
                .filter(parent -> parent.pid() == FIRST_PROCESS).isPresent();
        Path group = PROCESSES.resolve(Long.toString(pid)).resolve("cgroup");
        return isStartedBySystem && Files.exists(group) ? unit(Files.readString(group)) : Optional.empty();
    }

    /** Returns the service unit in the text of {@code /proc/PID/cgroup}. */
    static Optional<String> unit(String groups) {
        Matcher service = SERVICE.matcher(groups);
        return service.find() ? Optional.of(service.group(1)) : Optional.empty();
    }
}

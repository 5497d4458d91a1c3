package io.apexproxy.runtime.supervisor;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Origin;
import io.apexproxy.runtime.engine.linux.LinuxSupport;
import io.apexproxy.runtime.engine.linux.PassedDescriptor;
import io.apexproxy.runtime.engine.linux.SystemCalls;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.relay.accept.InheritedSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets that a supervisor has passed to this process as the descriptors from 3 on.
 *
 * @param count the number of descriptors
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html">sd_listen_fds(3)</a>
 */
public record PassedSockets(int count) {

    /** The variable that has the number of descriptors. */
    static final String VARIABLE = "LISTEN_FDS";
    /** The most sockets that are examined. A service with more is a mistake rather than a use. */
    static final int MOST = 1024;

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final int FIRST_DESCRIPTOR = 3;

    /**
     * Returns the sockets by the variables of the environment.
     *
     * @param pid the number of this process; sockets for another process are not for this one
     * @throws ConfigException if the number of sockets is not valid
     */
    static PassedSockets of(Map<String, String> environment, long pid) {
        String count = environment.getOrDefault(VARIABLE, "");
        if (count.isEmpty() || !Long.toString(pid).equals(environment.get("LISTEN_PID"))) {
            return new PassedSockets(0);
        }
        try {
            int number = Integer.parseInt(count);
            if (number >= 0 && number <= MOST) {
                return new PassedSockets(number);
            }
        } catch (NumberFormatException e) {
            LOG.debug("{} is no number", VARIABLE, e);
        }
        throw new ConfigException(Origin.of(VARIABLE), "expected a number of sockets up to " + MOST + ", found \""
                + CleanText.piece(count) + "\"");
    }

    /** Logs that the sockets are not used. */
    void warnOfEngine(String engine) {
        if (count > 0) {
            LOG.warn("{} is {}: sockets that are passed in this way are not used, because the engine is {}: use the"
                    + " engine epoll or io_uring with Java 22 or newer; or pass one socket as standard input, for"
                    + " example by StandardInput=socket in a unit of systemd", VARIABLE, count, engine);
        }
    }

    /** Returns the listening sockets. Logs the descriptors that are none. {@code LinuxSupport} must be available. */
    List<InheritedSocket> adopt() {
        if (count == 0) {
            return List.of();
        }
        SystemCalls calls = LinuxSupport.calls().get();
        List<InheritedSocket> sockets = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (int descriptor = FIRST_DESCRIPTOR; descriptor < FIRST_DESCRIPTOR + count; descriptor++) {
            try {
                PassedDescriptor passed = PassedDescriptor.adopt(calls, descriptor);
                problem(passed).ifPresentOrElse(problems::add, () -> sockets.add(InheritedSocket.passed(
                        passed.number(), passed.address().orElseThrow(), passed.receivesIpv4())));
            } catch (IOException e) {
                problems.add("descriptor " + descriptor + " cannot be used: " + CleanText.piece(e.toString()));
            }
        }
        problems.stream().limit(CleanText.MAX_NAMED).forEach(problem -> LOG.warn("{}: {}", VARIABLE, problem));
        if (problems.size() > CleanText.MAX_NAMED) {
            LOG.warn("{}: {} more descriptors are not used", VARIABLE, problems.size() - CleanText.MAX_NAMED);
        }
        return sockets;
    }

    /** Returns why a descriptor is not used; empty if listeners can use it. */
    static Optional<String> problem(PassedDescriptor passed) {
        String reason = switch (passed.kind()) {
            case NO_SOCKET -> "is no socket: only ListenStream= of a socket unit is supported";
            case NOT_STREAM -> "is not a stream socket: only ListenStream= of a socket unit is supported";
            case NOT_LISTENING -> "is a socket that does not listen, such as a connection: use Accept=no";
            case LISTENING -> passed.address().isPresent() ? ""
                    : "is a socket without a port or a path that listeners could have";
        };
        return reason.isEmpty() ? Optional.empty()
                : Optional.of("descriptor " + passed.number() + " " + reason + "; it is not used");
    }
}

package io.apexproxy.runtime.supervisor;

import io.apexproxy.runtime.engine.linux.DatagramCalls;
import io.apexproxy.runtime.engine.linux.Errno;
import io.apexproxy.runtime.engine.linux.LinuxSupport;
import io.apexproxy.runtime.log.CleanText;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The datagram socket on which a supervisor receives messages. One thread at a time. */
final class NotifySocket implements Notifier.Channel {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    /** The time that a message waits for room in the queue of the supervisor. */
    private static final int TIMEOUT_SECONDS = 1;

    private final String name;
    private final DatagramCalls calls = new DatagramCalls();

    private NotifySocket(String name) {
        this.name = name;
    }

    /**
     * Returns the socket of a name. Logs why no message can be sent to it.
     *
     * @param name the value of NOTIFY_SOCKET: a path, or an abstract name behind the character {@code @}
     */
    static Optional<Notifier.Channel> of(String name) {
        Optional<String> problem = problem(name).or(LinuxSupport::unavailability);
        problem.ifPresent(reason -> LOG.warn("NOTIFY_SOCKET is set, but the supervisor cannot be notified: {};"
                + " use Type=exec in a unit of systemd, or Java 22 or newer on Linux on x86-64", reason));
        return problem.isPresent() ? Optional.empty() : Optional.of(new NotifySocket(name));
    }

    /** Returns why a name is not that of a Unix-domain socket; empty if it is one. */
    static Optional<String> problem(String name) {
        return name.startsWith("/") || (name.startsWith("@") && name.length() > 1) ? Optional.empty()
                : Optional.of("expected a path or \"@\" with a name, found \"" + CleanText.piece(name) + "\"");
    }

    @Override
    public void send(String message) throws IOException {
        int sent = calls.send(name, message.getBytes(StandardCharsets.UTF_8), TIMEOUT_SECONDS);
        if (sent < 0) {
            throw new SocketException(CleanText.piece(name) + ": " + Errno.text(-sent));
        }
    }

    @Override
    public long monotonicMicros() {
        return calls.monotonicMicros();
    }
}

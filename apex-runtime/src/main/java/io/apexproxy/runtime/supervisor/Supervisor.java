package io.apexproxy.runtime.supervisor;

import io.apexproxy.runtime.relay.accept.InheritedSocket;
import io.apexproxy.runtime.relay.accept.StandardInput;
import java.util.Optional;

/**
 * The supervisor of this process, such as systemd.
 *
 * @param socket the listening socket that it has passed
 * @param notifier sends it the state of the process
 */
public record Supervisor(Optional<InheritedSocket> socket, Notifier notifier) {

    /** Returns a supervisor that passes no socket and expects no message. */
    public static Supervisor none() {
        return new Supervisor(Optional.empty(), new Notifier(Optional.empty()));
    }

    /** Returns the supervisor of this process. Logs what Apex cannot use of it. */
    public static Supervisor ofProcess() {
        return new Supervisor(StandardInput.listeningSocket(), Notifier.ofProcess());
    }
}

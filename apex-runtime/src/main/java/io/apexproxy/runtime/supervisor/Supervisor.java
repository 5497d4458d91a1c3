package io.apexproxy.runtime.supervisor;

import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.engine.choice.EngineChoice;
import io.apexproxy.runtime.relay.accept.InheritedSocket;
import io.apexproxy.runtime.relay.accept.InheritedSockets;
import io.apexproxy.runtime.relay.accept.StandardInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The supervisor of this process, such as systemd.
 *
 * @param sockets listening sockets that each engine can use, such as standard input
 * @param passed the sockets that it has passed as the descriptors from 3 on
 * @param notifier sends it the state of the process
 */
public record Supervisor(List<InheritedSocket> sockets, PassedSockets passed, Notifier notifier) {

    /** Copies the list. */
    public Supervisor {
        sockets = List.copyOf(sockets);
    }

    /** Returns a supervisor that passes no socket and expects no message. */
    public static Supervisor none() {
        return new Supervisor(List.of(), new PassedSockets(0), new Notifier(Optional.empty()));
    }

    /**
     * Returns the supervisor of this process. Logs what Apex cannot use of it.
     *
     * @throws io.apexproxy.api.ConfigException if the number of passed sockets is not valid
     */
    public static Supervisor ofProcess() {
        return new Supervisor(StandardInput.listeningSocket().stream().toList(),
                PassedSockets.of(System.getenv(), ProcessHandle.current().pid()), Notifier.ofProcess());
    }

    /**
     * Returns the listening sockets that an engine can use. Logs the others, and those that no listener uses. Once.
     *
     * @throws io.apexproxy.api.ConfigException if no listener has the address of the socket that is standard input
     */
    public InheritedSockets inherited(EngineChoice engine, ProxyConfig config) {
        List<InheritedSocket> all = new ArrayList<>(sockets);
        if (engine.usesDescriptors()) {
            all.addAll(passed.adopt());
        } else {
            passed.warnOfEngine(engine.toString());
        }
        InheritedSockets inherited = new InheritedSockets(all);
        inherited.check(config);
        return inherited;
    }
}

package io.apexproxy.runtime.control;

import io.apexproxy.runtime.relay.LiveSessions;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.takeover.Succession;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The actions of the control socket on a proxy. Called on threads of the socket.
 *
 * @param snapshots takes a snapshot of the proxy
 * @param reload reads the configuration again and applies the differences; blocks
 * @param overrides reads the file of overrides again and applies the differences; blocks
 * @param sessions the open connections
 * @param succession the successor of this process
 * @param configFile the configuration file, if there is one
 */
public record ControlActions(Supplier<Snapshot> snapshots, Supplier<ReloadResult> reload,
        Supplier<ReloadResult> overrides, LiveSessions sessions, Succession succession,
        Optional<Path> configFile) {
}

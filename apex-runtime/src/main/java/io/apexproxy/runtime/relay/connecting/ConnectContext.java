package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.relay.loop.RelayLoop;

/**
 * The objects that all connecting stages of a loop share.
 *
 * @param loop opens the channels
 * @param localFailures limits log lines about missing file descriptors and local ports
 * @param ownConnections records connections to listeners of this process
 */
public record ConnectContext(RelayLoop loop, LogThrottle localFailures, OwnConnections ownConnections) {
}

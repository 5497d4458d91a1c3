package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.relay.loop.RelayLoop;

/**
 * What all connecting stages of a loop share.
 *
 * @param loop opens the channels
 * @param localFailures bounds log lines about descriptors and ports that this machine lacks
 * @param ownConnections records connections to listeners of this process
 */
public record ConnectContext(RelayLoop loop, LogThrottle localFailures, OwnConnections ownConnections) {
}

package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.runtime.log.LogThrottle;

/**
 * What all connecting stages share.
 *
 * @param localFailures bounds log lines about descriptors and ports that this machine lacks
 * @param ownConnections records connections to listeners of this process
 */
public record ConnectContext(LogThrottle localFailures, OwnConnections ownConnections) {
}

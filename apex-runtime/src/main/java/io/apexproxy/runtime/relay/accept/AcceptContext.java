package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.stats.LimitWatch;
import java.net.SocketAddress;
import java.util.List;

/**
 * The objects that all listening sockets share.
 *
 * @param loops the loops, each of which accepts connections
 * @param admission the admission of all listeners
 * @param sessions starts the sessions of admitted connections
 * @param localFailures limits log lines about failed accepts
 * @param descriptors logs that accepting is paused for lack of file descriptors
 */
public record AcceptContext(List<RelayLoop> loops, Admission admission, SessionStarter sessions,
        LogThrottle localFailures, LimitWatch descriptors) {

    Acceptor acceptor(RelayLoop loop, LoopServerSocketChannel server, SocketAddress address) {
        return new Acceptor(this, loop, server, address);
    }
}

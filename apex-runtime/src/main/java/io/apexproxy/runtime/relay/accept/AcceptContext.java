package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.stats.LimitWatch;
import java.net.SocketAddress;
import java.util.List;

/**
 * What all sockets that are listened on share.
 *
 * @param loops that accept
 * @param admission of all listeners
 * @param sessions starts what was admitted
 * @param localFailures bounds log lines about connections that cannot be accepted
 * @param descriptors logs that accepting has paused for lack of file descriptors
 */
public record AcceptContext(List<RelayLoop> loops, Admission admission, SessionStarter sessions,
        LogThrottle localFailures, LimitWatch descriptors) {

    Acceptor acceptor(RelayLoop loop, LoopServerSocketChannel server, SocketAddress address) {
        return new Acceptor(this, loop, server, address);
    }
}

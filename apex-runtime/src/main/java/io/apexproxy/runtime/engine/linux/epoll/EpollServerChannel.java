package io.apexproxy.runtime.engine.linux.epoll;

import io.apexproxy.runtime.engine.linux.NativeServerChannel;
import io.apexproxy.runtime.engine.linux.NativeSocket;
import io.apexproxy.runtime.engine.linux.SystemCalls;
import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.loop.StreamChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening channel with level-triggered events, which are requested only while an accept is pending. */
final class EpollServerChannel extends NativeServerChannel<EpollTransport> implements EpollHandle {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    /** Whether events are requested; the loop's thread only. */
    private boolean watched;

    EpollServerChannel(LoopGroup group, EpollTransport transport, NativeSocket socket, boolean inherited) {
        super(group, transport, socket, inherited);
    }

    /** Returns true, so that connections in the accept queue are not accepted within the call that closes. */
    @Override
    public boolean deregister() {
        if (isInherited() && watched) { // only a close would end the events
            withdraw();
        }
        transport().remove(this);
        return true;
    }

    @Override
    protected StreamChannel adopt(NativeSocket accepted, SocketAddress peer, SocketAddress own,
            boolean noDelay) {
        return new EpollSocketChannel(group(), transport(), accepted, peer, own, noDelay);
    }

    @Override
    public int translate(int events) {
        return SelectionKey.OP_ACCEPT;
    }

    @Override
    protected void awaitConnection() {
        try {
            // other processes or loops can wait for connections of an inherited socket: the kernel wakes one of them
            transport().watch(this, SystemCalls.EPOLLIN | (isInherited() ? SystemCalls.EPOLLEXCLUSIVE : 0));
            watched = true;
        } catch (IOException e) {
            LOG.error("listening socket closed: epoll_ctl failed: {}", e.getMessage());
            startClosing();
        }
    }

    @Override
    protected void withdraw() {
        watched = false;
        transport().unwatch(this);
    }
}

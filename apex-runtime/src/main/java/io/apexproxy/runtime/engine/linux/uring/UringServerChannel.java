package io.apexproxy.runtime.engine.linux.uring;

import io.apexproxy.runtime.engine.linux.NativeServerChannel;
import io.apexproxy.runtime.engine.linux.NativeSocket;
import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.loop.StreamChannel;
import io.apexproxy.runtime.engine.loop.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening channel that polls its socket through the ring and accepts with system calls. An accept of the ring would
 * take connections that a limit is to leave in the kernel's queue.
 */
final class UringServerChannel extends NativeServerChannel<UringTransport> implements UringOwner {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");
    private static final int POLL = 1;
    private static final int POLL_IN = 1;

    private final Operations operations;
    /** Whether connections are awaited. */
    private boolean wanted;
    private boolean polling;
    private boolean ready;

    UringServerChannel(LoopGroup group, UringTransport transport, NativeSocket socket, boolean inherited) {
        super(group, transport, socket, inherited);
        this.operations = new Operations(this, transport);
    }

    @Override
    public boolean deregister() {
        if (wanted) {
            withdraw();
        }
        transport().remove(this);
        leaveIfComplete();
        return true;
    }

    @Override
    protected StreamChannel adopt(NativeSocket accepted, SocketAddress peer, SocketAddress own,
            boolean noDelay) {
        return new UringSocketChannel(group(), transport(), accepted, peer, own, noDelay);
    }

    @Override
    protected void awaitConnection() {
        wanted = true;
        poll();
    }

    private void poll() {
        if (polling) {
            return;
        }
        try {
            operations.queue(POLL, UringTransport.OP_POLL_ADD, 0, 0, POLL_IN);
            polling = true;
        } catch (IOException e) {
            LOG.error("listening socket closed: {}", e.getMessage());
            startClosing();
        }
    }

    @Override
    protected void withdraw() {
        wanted = false;
        if (polling) {
            operations.cancel(POLL);
        }
    }

    @Override
    public void completed(int kind, int result, int flags) {
        operations.completed();
        polling = false;
        ready = result > 0;
    }

    @Override
    public void dispatch(Transport.Dispatcher dispatcher) {
        if (wanted && isOpen()) {
            if (ready) {
                ready = false;
                dispatcher.ready(this, SelectionKey.OP_ACCEPT);
            }
            if (wanted && isOpen()) {
                poll();
            }
        }
        if (!isOpen()) {
            leaveIfComplete();
        }
    }

    private void leaveIfComplete() {
        if (operations.areComplete()) {
            operations.leave();
        }
    }
}

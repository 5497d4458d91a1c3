package io.apexproxy.runtime.engine.linux.epoll;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.Splice;
import io.apexproxy.runtime.engine.linux.Errno;
import io.apexproxy.runtime.engine.linux.NativeSocket;
import io.apexproxy.runtime.engine.linux.NativeSocketChannel;
import io.apexproxy.runtime.engine.linux.SystemCalls;
import io.apexproxy.runtime.engine.linux.splice.Pipe;
import io.apexproxy.runtime.engine.linux.splice.PipeSplice;
import io.apexproxy.runtime.engine.linux.splice.SpliceEnd;
import io.apexproxy.runtime.engine.loop.LoopGroup;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;

/**
 * A stream channel with edge-triggered events. The kernel reports a change once, so the channel records whether it is
 * readable until a read has found the receive buffer empty.
 */
final class EpollSocketChannel extends NativeSocketChannel<EpollTransport> implements EpollHandle, SpliceEnd {
    private static final int ALL_EVENTS = SystemCalls.EPOLLIN | SystemCalls.EPOLLPRI | SystemCalls.EPOLLOUT
            | SystemCalls.EPOLLRDHUP | SystemCalls.EPOLLET;
    private static final int FAILURE = SystemCalls.EPOLLERR | SystemCalls.EPOLLHUP;
    private static final int END = SystemCalls.EPOLLRDHUP | SystemCalls.EPOLLHUP;
    private static final int READABLE = SystemCalls.EPOLLIN | SystemCalls.EPOLLPRI | END | FAILURE;
    private static final int WRITABLE = SystemCalls.EPOLLOUT | FAILURE;

    // the loop's thread only
    /** Whether a read can have a result. */
    private boolean readable;
    /** Whether the kernel has reported the end of the stream or a failure, which follows the unread bytes. */
    private boolean ended;
    /** Whether the kernel has reported a failure, which the next call returns. */
    private boolean failed;
    /** Whether the last read emptied the receive buffer. */
    private boolean drained;
    /** Whether a short read can leave bytes in the receive buffer: at an urgent byte, or at a Unix-domain socket. */
    private boolean readsUntilEmpty;

    private EpollSocketChannel(LoopGroup group, EpollTransport transport, NativeSocket socket, boolean connected) {
        super(group, transport, socket, connected);
        this.readsUntilEmpty = socket.isUnixDomain();
    }

    /** Creates an unconnected channel. */
    EpollSocketChannel(LoopGroup group, EpollTransport transport, NativeSocket socket) {
        this(group, transport, socket, false);
    }

    /**
     * Creates a channel of an accepted connection.
     *
     * @param remote the address of the peer
     * @param local the local address; null if it is not known
     * @param noDelay whether the socket has the option TCP_NODELAY
     */
    EpollSocketChannel(LoopGroup group, EpollTransport transport, NativeSocket socket, SocketAddress remote,
            SocketAddress local, boolean noDelay) {
        this(group, transport, socket, true);
        setAccepted(remote, local, noDelay);
    }

    @Override
    public void register() throws IOException {
        super.register();
        if (isConnected()) {
            watch();
        }
    }

    private void watch() throws IOException {
        try {
            transport().watch(this, ALL_EVENTS);
        } catch (IOException e) {
            transport().remove(this);
            throw e;
        }
    }

    @Override
    public boolean deregister() {
        transport().remove(this);
        return false;
    }

    @Override
    protected boolean startConnect(SocketAddress address) throws IOException {
        setRemote(address);
        SystemCalls calls = transport().loopCalls();
        int result = calls.connect(descriptor(), address, socket().family());
        if (result < 0 && result != -Errno.EINPROGRESS && result != -Errno.EINTR) {
            throw Errno.socketFailure(-result); // EAGAIN: the accept queue of a Unix-domain socket is full
        }
        transport().watch(this, ALL_EVENTS);
        return result == 0;
    }

    /** An event has reported that the connect has succeeded or failed. */
    @Override
    protected boolean finishConnect() throws IOException {
        int result = failed ? transport().loopCalls().pendingError(descriptor()) : 0;
        if (result < 0) {
            throw Errno.socketFailure(-result);
        }
        return true;
    }

    @Override
    public int translate(int events) {
        readable |= (events & READABLE) != 0;
        ended |= (events & END) != 0;
        failed |= (events & FAILURE) != 0;
        readsUntilEmpty |= (events & SystemCalls.EPOLLPRI) != 0;
        if (isConnecting()) {
            return (events & WRITABLE) != 0 ? SelectionKey.OP_CONNECT : 0;
        }
        return ((events & WRITABLE) != 0 ? SelectionKey.OP_WRITE : 0)
                | ((events & READABLE) != 0 ? SelectionKey.OP_READ : 0);
    }

    @Override
    protected int receive(ByteBuffer target) throws IOException {
        if (isInputShut()) {
            return -1;
        }
        int room = target.remaining();
        if (room == 0) {
            return 0;
        }
        int count = transport().loopCalls().read(descriptor(), target);
        if (count > 0) {
            drained = count < room && !readsUntilEmpty;
            readable = ended || !drained;
            return count;
        }
        if (count == 0) {
            return -1;
        }
        if (count != -Errno.EAGAIN) {
            throw Errno.readFailure(-count);
        }
        readable = false;
        return 0;
    }

    /** After a reset, the end of the stream is a failure, which the next read reports. */
    @Override
    public boolean isEndKnown() {
        return ended && drained && !failed;
    }

    @Override
    protected int send(ByteBuffer source, boolean last) throws IOException {
        if (isOutputShut()) {
            throw new ClosedChannelException();
        }
        int count = source.hasRemaining() ? transport().loopCalls().send(descriptor(), source, last) : 0;
        if (count < 0) {
            if (count != -Errno.EAGAIN) {
                throw Errno.failure(-count);
            }
            return 0;
        }
        if (last && !source.hasRemaining()) {
            shutdownOutput();
        }
        return count;
    }

    @Override
    public Splice spliceTo(LoopSocketChannel sink) {
        // an urgent byte interrupts a splice
        return isTcp() && !readsUntilEmpty && transport().pipes().isUsable()
                && sink instanceof EpollSocketChannel epollSink
                && epollSink.transport() == transport() && sink.isTcp()
                        ? new PipeSplice(this, epollSink, transport().pipes(), group()) : null;
    }

    @Override
    public int receiveInto(Pipe pipe, int most) throws IOException {
        if (isInputShut()) {
            return -1;
        }
        if (readsUntilEmpty) { // an urgent byte, which only a read passes
            return Splice.READ_FIRST;
        }
        int count = pipe.receive(transport().loopCalls(), descriptor(), most);
        drained = false;
        readable = count != -Errno.EAGAIN;
        if (count == 0) { // the end, or an urgent byte before the end
            return Splice.READ_FIRST;
        }
        int received = Math.max(0, count);
        recordReceived(received, received == most);
        return received;
    }

    @Override
    public int sendFrom(Pipe pipe, int held) throws IOException {
        if (isOutputShut()) {
            throw new ClosedChannelException();
        }
        int sent = pipe.send(transport().loopCalls(), descriptor(), held);
        recordSent(sent < held);
        return sent;
    }

    /** Returns whether the channel is readable, as no further event reports that. */
    @Override
    protected boolean await(int operation) {
        return operation == SelectionKey.OP_READ && readable;
    }

    @Override
    protected void withdraw(int operation) {
        // the kernel does not repeat events
    }

    @Override
    protected boolean isAwaitingRead() {
        return true;
    }
}

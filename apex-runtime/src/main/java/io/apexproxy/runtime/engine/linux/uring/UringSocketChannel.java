package io.apexproxy.runtime.engine.linux.uring;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.Splice;
import io.apexproxy.runtime.engine.linux.Errno;
import io.apexproxy.runtime.engine.linux.NativeSocket;
import io.apexproxy.runtime.engine.linux.NativeSocketChannel;
import io.apexproxy.runtime.engine.linux.splice.Pipe;
import io.apexproxy.runtime.engine.linux.splice.PipeSplice;
import io.apexproxy.runtime.engine.linux.splice.SpliceEnd;
import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.loop.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stream channel whose waits and sends are operations of a ring. */
final class UringSocketChannel extends NativeSocketChannel<UringTransport> implements UringOwner, SpliceEnd {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    // the loop's thread only
    private final Operations operations;
    private final UringInput input;
    private final UringOutput output;
    /** What {@link #completed} has recorded for {@link #dispatch}: {@code SelectionKey.OP_*}. */
    private int ready;

    private UringSocketChannel(LoopGroup group, UringTransport transport, NativeSocket socket, boolean connected) {
        super(group, transport, socket, connected);
        operations = new Operations(this, transport);
        input = new UringInput(operations, socket.descriptor());
        output = new UringOutput(operations, socket.descriptor());
    }

    /** Creates an unconnected channel. */
    UringSocketChannel(LoopGroup group, UringTransport transport, NativeSocket socket) {
        this(group, transport, socket, false);
    }

    /** Creates a channel of an accepted connection. */
    UringSocketChannel(LoopGroup group, UringTransport transport, NativeSocket socket, SocketAddress remote,
            SocketAddress local, boolean noDelay) {
        this(group, transport, socket, true);
        setAccepted(remote, local, noDelay);
    }

    // ---- connect

    @Override
    protected boolean startConnect(SocketAddress address) throws IOException {
        setRemote(address);
        int result = transport().loopCalls().connect(descriptor(), address, socket().family());
        if (result < 0 && result != -Errno.EINPROGRESS && result != -Errno.EINTR) {
            throw Errno.socketFailure(-result);
        }
        if (result < 0) {
            output.await();
        }
        return result == 0;
    }

    @Override
    protected boolean finishConnect() throws IOException {
        int result = output.hasFailed() ? transport().loopCalls().pendingError(descriptor()) : 0;
        if (result < 0) {
            throw Errno.socketFailure(-result);
        }
        return true;
    }

    // ---- transfers

    @Override
    protected boolean await(int operation) {
        try {
            if (operation == SelectionKey.OP_READ) {
                if (input.hasResult() || isInputShut()) {
                    return true;
                }
                input.await();
            } else if (operation == SelectionKey.OP_WRITE) {
                output.await();
            }
        } catch (IOException e) {
            closeAfter(e);
        }
        return false;
    }

    private void closeAfter(IOException failure) {
        LOG.error("connection closed: {}", failure.getMessage());
        startClosing();
    }

    @Override
    protected void withdraw(int operation) {
        // an operation completes once
    }

    @Override
    protected boolean isAwaitingRead() {
        return true;
    }

    @Override
    protected int receive(ByteBuffer target) throws IOException {
        if (isInputShut()) {
            return -1;
        }
        return target.hasRemaining() ? input.receive(target) : 0;
    }

    @Override
    public boolean isEndKnown() {
        return input.isEndKnown();
    }

    @Override
    protected int send(ByteBuffer source, boolean last) throws IOException {
        if (output.isSending()) {
            return PENDING;
        }
        if (!output.hasResult() && isOutputShut()) {
            throw new ClosedChannelException();
        }
        int count = output.hasResult() || source.hasRemaining() ? output.send(source, last) : 0;
        if (count != UringOutput.PENDING && last && !source.hasRemaining()) {
            shutdownOutput();
        }
        return count;
    }

    @Override
    protected boolean isSendComplete() {
        return output.hasResult();
    }

    @Override
    public Splice spliceTo(LoopSocketChannel sink) {
        return isTcp() && transport().pipes().isUsable() && sink.isTcp()
                && sink instanceof UringSocketChannel other && other.transport() == transport()
                        ? new PipeSplice(this, other, transport().pipes(), group()) : null;
    }

    @Override
    public int receiveInto(Pipe pipe, int most) throws IOException {
        int count = isInputShut() ? -1 : input.receiveInto(pipe, most);
        if (count >= 0) {
            recordReceived(count, count == most);
        }
        return count;
    }

    @Override
    public int sendFrom(Pipe pipe, int held) throws IOException {
        if (isOutputShut()) {
            throw new ClosedChannelException();
        }
        int count = pipe.send(transport().loopCalls(), descriptor(), held);
        recordSent(count < held);
        return count;
    }

    // ---- completions

    @Override
    public void completed(int kind, int result, int flags) {
        operations.completed();
        try {
            if (kind == UringInput.RECEIVE || kind == UringInput.POLL) {
                ready |= input.completed(kind, result, flags) ? SelectionKey.OP_READ : 0;
            } else {
                output.completed(kind, result);
                ready |= isConnecting() ? SelectionKey.OP_CONNECT : SelectionKey.OP_WRITE;
            }
        } catch (IOException e) {
            closeAfter(e);
        }
    }

    @Override
    public void dispatch(Transport.Dispatcher dispatcher) {
        int operationsReady = ready;
        ready = 0;
        if (!isOpen()) {
            leaveIfComplete();
        } else if (operationsReady != 0) {
            dispatcher.ready(this, operationsReady);
        }
    }

    // ---- close

    /** Cancels the operations: each one that waits keeps the connection open after the close of the descriptor. */
    @Override
    public boolean deregister() {
        transport().remove(this);
        output.cancel();
        input.cancel();
        return false;
    }

    @Override
    public void closeSocket() {
        super.closeSocket();
        leaveIfComplete();
    }

    private void leaveIfComplete() {
        if (operations.areComplete()) {
            input.releaseBuffer();
            operations.leave();
        }
    }
}

package io.apexproxy.runtime.engine.linux.uring;

import io.apexproxy.runtime.engine.linux.Errno;
import io.apexproxy.runtime.engine.linux.NativeSocket;
import io.apexproxy.runtime.engine.linux.NativeSocketChannel;
import io.apexproxy.runtime.engine.linux.RingCalls;
import io.apexproxy.runtime.engine.linux.SystemCalls;
import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.loop.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream channel whose transfers are operations of a ring.
 *
 * <p>A wait for bytes is a receive into a buffer of the kernel's choice, whose bytes the next read copies. A write is a
 * send of the caller's buffer that does not wait: the kernel uses the buffer only while the operation is submitted. A
 * close withdraws a send that is not submitted, so that the caller can use the buffer again.
 */
final class UringSocketChannel extends NativeSocketChannel implements UringOwner {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");
    private static final int RECEIVE = 1;
    private static final int SEND = 2;
    private static final int POLL_OUT = 3;
    private static final int POLL_IN = 4;
    private static final int POLL_IN_EVENT = 1;
    private static final int POLL_OUT_EVENT = 4;
    private static final int NO_SIGNAL_DONT_WAIT = 0x4040;
    private static final int MORE = 0x8000;

    private final LoopGroup group;
    private final UringTransport transport;
    private int registration;

    // the loop's thread only
    private boolean entered;
    private int index;
    /** Operations of this channel that are not complete. */
    private int pending;
    private boolean receiving;
    /** The buffer with received bytes; -1 if there is none. */
    private int buffer = -1;
    private int offset;
    private int length;
    /** Whether the end of the stream follows the received bytes. */
    private boolean ended;
    /** The error that follows the received bytes; 0 if there is none. */
    private int failure;
    /** Whether a read with a system call can have a result, because the kernel had no buffer. */
    private boolean readable;
    private boolean sending;
    /** The number of the send that is not complete. */
    private int sendNumber;
    /** The result of a complete send; null before. */
    private Integer sent;
    private boolean awaitingRoom;
    /** Operations that {@link #completed} has recorded for {@link #dispatch}. */
    private int ready;

    private UringSocketChannel(LoopGroup group, UringTransport transport, NativeSocket socket, boolean connected) {
        super(group, socket, connected);
        this.group = group;
        this.transport = transport;
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

    @Override
    protected SystemCalls systemCalls() {
        return transport.calls(group);
    }

    @Override
    public int descriptor() {
        return socket().descriptor();
    }

    @Override
    public int registration() {
        return registration;
    }

    @Override
    public void register() throws IOException {
        registration = transport.add(this);
    }

    private int queue(int kind, int operation, long address, int bytes, int flags) throws IOException {
        if (!entered) {
            entered = true;
            index = transport.enter(this);
        }
        int number = transport.queue(index, kind, operation, descriptor(), address, bytes, flags);
        pending++;
        return number;
    }

    // ---- connect

    @Override
    protected boolean startConnect(SocketAddress address) throws IOException {
        setRemote(address);
        int result = transport.loopCalls().connect(descriptor(), address, socket().family());
        if (result < 0 && result != -Errno.EINPROGRESS && result != -Errno.EINTR) {
            throw Errno.socketFailure(-result);
        }
        if (result < 0) {
            queue(POLL_OUT, UringTransport.OP_POLL_ADD, 0, 0, POLL_OUT_EVENT);
        }
        return result == 0;
    }

    @Override
    protected boolean finishConnect() throws IOException {
        int result = transport.loopCalls().pendingError(descriptor());
        if (result < 0) {
            throw Errno.socketFailure(-result);
        }
        return true;
    }

    // ---- receive

    @Override
    protected boolean await(int operation) {
        try {
            if (operation == SelectionKey.OP_READ) {
                if (hasInput()) {
                    return true;
                }
                awaitInput();
            } else if (operation == SelectionKey.OP_WRITE && !sending && sent == null && !awaitingRoom) {
                awaitingRoom = true;
                queue(POLL_OUT, UringTransport.OP_POLL_ADD, 0, 0, POLL_OUT_EVENT);
            }
        } catch (IOException e) {
            LOG.error("connection closed: {}", e.getMessage());
            startClosing();
        }
        return false;
    }

    private boolean hasInput() {
        return buffer >= 0 || ended || failure != 0 || readable || isInputShut();
    }

    private void awaitInput() throws IOException {
        if (!receiving) {
            receiving = true;
            queue(RECEIVE, UringTransport.OP_RECEIVE | UringTransport.SELECT_BUFFER, 0, 0, 0);
        }
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
        if (!target.hasRemaining()) {
            return 0;
        }
        if (buffer >= 0) {
            return take(target);
        }
        if (failure != 0) {
            int errno = failure;
            failure = 0;
            ended = true; // the kernel reports an error once
            throw Errno.readFailure(errno);
        }
        if (ended) {
            return -1;
        }
        return readable ? readDirectly(target) : 0;
    }

    private int take(ByteBuffer target) {
        int count = Math.min(length, target.remaining());
        transport.buffers().copy(buffer, offset, count, target);
        offset += count;
        length -= count;
        if (length == 0) {
            transport.buffers().giveBack(buffer);
            buffer = -1;
        }
        return count;
    }

    private int readDirectly(ByteBuffer target) throws IOException {
        readable = false;
        int count = transport.loopCalls().read(descriptor(), target);
        if (count == 0) {
            ended = true;
            return -1;
        }
        if (count < 0 && count != -Errno.EAGAIN) {
            throw Errno.readFailure(-count);
        }
        return Math.max(0, count);
    }

    @Override
    public boolean isEndKnown() {
        return ended && buffer < 0;
    }

    // ---- send

    @Override
    protected int send(ByteBuffer source, boolean last) throws IOException {
        if (sent != null) {
            return takeResult(source, last);
        }
        if (isOutputShut()) {
            throw new ClosedChannelException();
        }
        if (sending) {
            return PENDING;
        }
        if (!source.hasRemaining()) {
            if (last) {
                shutdownOutput();
            }
            return 0;
        }
        if (!source.isDirect()) {
            int count = transport.loopCalls().send(descriptor(), source, last);
            if (count < 0 && count != -Errno.EAGAIN) {
                throw Errno.failure(-count);
            }
            if (last && !source.hasRemaining()) {
                shutdownOutput();
            }
            return Math.max(0, count);
        }
        sendNumber = queue(SEND, UringTransport.OP_SEND, RingCalls.address(source), source.remaining(),
                last ? NO_SIGNAL_DONT_WAIT | MORE : NO_SIGNAL_DONT_WAIT);
        sending = true;
        return PENDING;
    }

    private int takeResult(ByteBuffer source, boolean last) throws IOException {
        int result = sent;
        sent = null;
        if (result < 0 && result != -Errno.EAGAIN) {
            throw Errno.failure(-result);
        }
        int count = Math.max(0, result);
        source.position(source.position() + count);
        if (last && !source.hasRemaining()) {
            shutdownOutput();
        }
        return count;
    }

    // ---- completions

    @Override
    public void completed(int kind, int result, int receivedBuffer) {
        pending--;
        switch (kind) {
            case RECEIVE -> received(result, receivedBuffer);
            case SEND -> {
                sending = false;
                sent = result;
                ready |= SelectionKey.OP_WRITE;
            }
            case POLL_OUT -> {
                awaitingRoom = false;
                ready |= isConnecting() ? SelectionKey.OP_CONNECT : SelectionKey.OP_WRITE;
            }
            default -> {
                receiving = false;
                readable = true;
                ready |= SelectionKey.OP_READ;
            }
        }
    }

    private void received(int result, int receivedBuffer) {
        receiving = false;
        if (receivedBuffer >= 0) {
            buffer = receivedBuffer;
            offset = 0;
            length = Math.max(0, result);
            if (length == 0) {
                transport.buffers().giveBack(buffer);
                buffer = -1;
            }
        }
        if (result == -Errno.ENOBUFS) {
            pollInput();
            return;
        }
        if (result == 0) {
            ended = true;
        } else if (result < 0 && result != -Errno.ECANCELED) {
            failure = -result;
        }
        if (result != -Errno.ECANCELED) {
            ready |= SelectionKey.OP_READ;
        }
    }

    /** Waits for bytes without a buffer: the next read is a system call. */
    private void pollInput() {
        try {
            queue(POLL_IN, UringTransport.OP_POLL_ADD, 0, 0, POLL_IN_EVENT);
            receiving = true;
        } catch (IOException e) {
            LOG.error("connection closed: {}", e.getMessage());
            startClosing();
        }
    }

    @Override
    protected boolean isSendComplete() {
        return sent != null;
    }

    @Override
    public void dispatch(Transport.Dispatcher dispatcher) {
        int operations = ready;
        ready = 0;
        if (isOpen()) {
            if (operations != 0) {
                dispatcher.ready(this, operations);
            }
            return;
        }
        if (pending == 0) {
            settle();
        }
    }

    // ---- close

    /** Cancels the operations: each one that waits keeps the connection open after the close of the descriptor. */
    @Override
    public boolean deregister() {
        transport.remove(this);
        if (sending) {
            transport.withdraw(sendNumber);
        }
        if (pending > 0) {
            try {
                transport.cancel(index, RECEIVE);
                transport.cancel(index, POLL_OUT);
                transport.cancel(index, POLL_IN);
            } catch (IOException e) {
                LOG.error("operations of a closed connection are not cancelled: {}", e.getMessage());
            }
        }
        return false;
    }

    @Override
    public void closeSocket() {
        super.closeSocket();
        if (pending == 0) {
            settle();
        }
    }

    /** Leaves the table of operations, when all of them are complete. */
    private void settle() {
        if (buffer >= 0) {
            transport.buffers().giveBack(buffer);
            buffer = -1;
        }
        if (entered) {
            entered = false;
            transport.leave(index);
        }
    }

    @Override
    public OptionalLong unacknowledged() {
        int count = isTcp() ? transport.loopCalls().unacknowledged(descriptor()) : 0;
        return count < 0 ? OptionalLong.empty() : OptionalLong.of(count);
    }
}

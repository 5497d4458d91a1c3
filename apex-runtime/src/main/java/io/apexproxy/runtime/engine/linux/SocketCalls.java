package io.apexproxy.runtime.engine.linux;

import java.lang.ref.Reference;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;

/** The system calls of sockets. {@link SystemCalls} describes results and threads. */
public abstract class SocketCalls extends NativeCalls {
    public static final int SHUT_RD = 0;
    public static final int SHUT_WR = 1;

    private static final int SOCK_STREAM = 1;
    private static final int MSG_MORE = 0x8000;
    private static final int SO_ERROR = 4;
    private static final int SO_LINGER = 13;
    /** The number of written bytes that the peer has not acknowledged. See tcp(7). */
    private static final int SIOCOUTQ = 0x5411;
    private static final int IPPROTO_TCP = 6;
    /** The state of a TCP connection and more. The first byte is the state. See tcp(7). */
    private static final int TCP_INFO = 11;
    /** The state without a connection, as after a reset. */
    private static final int TCP_CLOSE = 7;

    static final int READ = 0;
    private static final int IOCTL = 16;
    private static final int CONNECT = 42;
    private static final int SHUTDOWN = 48;
    private static final int BIND = 49;
    private static final int LISTEN = 50;
    private static final int GETSOCKNAME = 51;
    private static final int GETSOCKOPT = 55;
    private static final int ACCEPT4 = 288;

    /** Bytes of a buffer on the heap that one call copies. */
    private static final int HEAP_PIECE = 16 * 1024;
    /** Null until a buffer on the heap is used. */
    private ByteBuffer heapPiece;

    /** Opens a non-blocking stream socket. */
    public int socket(int family) {
        return call(SOCKET, family, SOCK_STREAM | NONBLOCK_CLOEXEC, 0);
    }

    /** Binds a socket of this family. */
    public int bind(int descriptor, SocketAddress address, int family) throws SocketException {
        int length = NativeAddress.write(arguments, address, family);
        return call(BIND, descriptor, argumentsAt, length);
    }

    public int listen(int descriptor, int backlog) {
        return call(LISTEN, descriptor, backlog, 0);
    }

    /** Accepts a connection as a non-blocking socket; {@link #address} then returns the address of the peer. */
    public int accept(int descriptor) {
        arguments.putInt(LENGTH_AT, NativeAddress.MOST_BYTES);
        return call(ACCEPT4, descriptor, argumentsAt, argumentsAt + LENGTH_AT, NONBLOCK_CLOEXEC, 0, 0);
    }

    /** Starts to connect a socket of this family. */
    public int connect(int descriptor, SocketAddress address, int family) throws SocketException {
        int length = NativeAddress.write(arguments, address, family);
        return call(CONNECT, descriptor, argumentsAt, length);
    }

    /** Queries the address that a socket is bound to; {@link #address} then returns it. */
    public int localAddress(int descriptor) {
        arguments.putInt(LENGTH_AT, NativeAddress.MOST_BYTES);
        return call(GETSOCKNAME, descriptor, argumentsAt, argumentsAt + LENGTH_AT);
    }

    /** Returns the address that the last call has written. */
    public SocketAddress address() {
        return NativeAddress.read(arguments, arguments.getInt(LENGTH_AT));
    }

    public int setOption(int descriptor, int level, int name, int value) {
        arguments.putInt(0, value);
        return setOption(descriptor, level, name, Integer.BYTES, argumentsAt);
    }

    /** Sets the time that close waits until all bytes are sent, in seconds; negative: close does not wait. */
    public int setLinger(int descriptor, int seconds) {
        arguments.putInt(0, seconds < 0 ? 0 : 1).putInt(Integer.BYTES, Math.max(0, seconds));
        return setOption(descriptor, SOL_SOCKET, SO_LINGER, 2 * Integer.BYTES, argumentsAt);
    }

    private int setOption(int descriptor, int level, int name, int length, long at) {
        return call(SETSOCKOPT, descriptor, level, name, at, length, 0);
    }

    /** Queries an option of one or two numbers; {@link #optionValue} then returns them. */
    public int queryOption(int descriptor, int level, int name) {
        arguments.putLong(0, 0).putInt(LENGTH_AT, 2 * Integer.BYTES);
        return call(GETSOCKOPT, descriptor, level, name, argumentsAt, argumentsAt + LENGTH_AT, 0);
    }

    /** Returns a number that the last call has written, by its index. */
    public int optionValue(int index) {
        return arguments.getInt(index * Integer.BYTES);
    }

    /** Returns the pending error of a socket, negated; 0 if there is none. */
    public int pendingError(int descriptor) {
        int queried = queryOption(descriptor, SOL_SOCKET, SO_ERROR);
        return queried < 0 ? queried : -optionValue(0);
    }

    /** Reads into a buffer with room; 0 is the end of the stream. Changes the position of the buffer. */
    public int read(int descriptor, ByteBuffer target) {
        if (!target.isDirect()) {
            return readToHeap(descriptor, target);
        }
        int count;
        try {
            count = call(READ, descriptor, Foreign.address(target), target.remaining());
        } finally {
            Reference.reachabilityFence(target);
        }
        if (count > 0) {
            target.position(target.position() + count);
        }
        return count;
    }

    private int readToHeap(int descriptor, ByteBuffer target) {
        ByteBuffer piece = heapPiece().limit(Math.min(HEAP_PIECE, target.remaining()));
        int count = read(descriptor, piece);
        target.put(piece.flip());
        return count;
    }

    /**
     * Sends bytes. Changes the position of the buffer.
     *
     * @param more whether a half-close follows, so that the kernel sends the last bytes and the FIN in one segment
     */
    public int send(int descriptor, ByteBuffer source, boolean more) {
        if (!source.isDirect()) {
            return sendFromHeap(descriptor, source, more);
        }
        int count;
        try {
            count = call(SENDTO, descriptor, Foreign.address(source), source.remaining(),
                    more ? MSG_MORE | MSG_NOSIGNAL : MSG_NOSIGNAL, 0, 0);
        } finally {
            Reference.reachabilityFence(source);
        }
        if (count > 0) {
            source.position(source.position() + count);
        }
        return count;
    }

    /** Sends pieces until one of them is not sent completely. */
    private int sendFromHeap(int descriptor, ByteBuffer source, boolean more) {
        int sent = 0;
        while (source.hasRemaining()) {
            int length = Math.min(HEAP_PIECE, source.remaining());
            ByteBuffer piece = heapPiece().put(0, source, source.position(), length).limit(length);
            int count = send(descriptor, piece, more || length < source.remaining());
            if (count < 0) {
                return sent > 0 ? sent : count;
            }
            source.position(source.position() + count);
            sent += count;
            if (count < length) {
                break;
            }
        }
        return sent;
    }

    private ByteBuffer heapPiece() {
        if (heapPiece == null) {
            heapPiece = allocate(HEAP_PIECE);
        }
        return heapPiece.clear();
    }

    public int shutdown(int descriptor, int direction) {
        return call(SHUTDOWN, descriptor, direction, 0);
    }

    /**
     * Returns the number of bytes that the peer of a TCP connection has not acknowledged and can still acknowledge.
     *
     * <p>The kernel keeps the number when it receives a reset, so the state of the connection decides then.
     */
    public int unacknowledged(int descriptor) {
        arguments.putInt(0, 0);
        int returned = call(IOCTL, descriptor, SIOCOUTQ, argumentsAt);
        int count = returned < 0 ? returned : arguments.getInt(0);
        return count > 0 && isClosed(descriptor) ? 0 : count;
    }

    private boolean isClosed(int descriptor) {
        return queryOption(descriptor, IPPROTO_TCP, TCP_INFO) == 0 && arguments.get(0) == TCP_CLOSE;
    }
}

package io.apexproxy.runtime.engine.linux;

import java.lang.ref.Reference;
import java.net.SocketException;
import java.nio.ByteBuffer;

/**
 * The system calls that send a datagram to a Unix-domain socket, which no class of the JDK does, and that read the
 * clock of the kernel. {@link SystemCalls} describes results and threads.
 */
public final class DatagramCalls extends NativeCalls {
    private static final int SOCK_DGRAM = 2;
    private static final int SO_SNDTIMEO = 21;
    private static final int CLOCK_MONOTONIC = 1;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long MICROS_PER_SECOND = 1_000_000;
    /** The length of {@code struct timeval} and of {@code struct timespec}: two long values. */
    private static final int TIME_BYTES = 2 * Long.BYTES;

    private static final int CLOCK_GETTIME = 228;

    /**
     * Opens a socket, sends one datagram and closes the socket. Blocks while the queue of the receiver is full, for at
     * most this number of seconds.
     *
     * @param name the name of the receiver, see {@link NativeAddress#writeUnix}
     * @return the number of bytes, or the negated error number; that of EAGAIN if the time is over
     * @throws SocketException if the name is too long
     */
    public int send(String name, byte[] content, int seconds) throws SocketException {
        ByteBuffer bytes = allocate(content.length).put(content).flip();
        int socket = call(SOCKET, NativeAddress.AF_UNIX, SOCK_DGRAM | CLOEXEC, 0);
        if (socket < 0) {
            return socket;
        }
        try {
            return send(socket, name, bytes, seconds);
        } finally {
            close(socket);
            Reference.reachabilityFence(bytes);
        }
    }

    private int send(int socket, String name, ByteBuffer bytes, int seconds) throws SocketException {
        arguments.putLong(0, seconds).putLong(Long.BYTES, 0);
        int set = call(SETSOCKOPT, socket, SOL_SOCKET, SO_SNDTIMEO, argumentsAt, TIME_BYTES, 0);
        if (set < 0) {
            return set;
        }
        int length = NativeAddress.writeUnix(arguments, name);
        int sent;
        do {
            sent = call(SENDTO, socket, Foreign.address(bytes), bytes.remaining(), MSG_NOSIGNAL, argumentsAt, length);
        } while (sent == -Errno.EINTR);
        return sent;
    }

    /** Returns the time of CLOCK_MONOTONIC in microseconds. */
    public long monotonicMicros() {
        int read = call(CLOCK_GETTIME, CLOCK_MONOTONIC, argumentsAt, 0);
        if (read < 0) {
            throw new IllegalStateException("clock_gettime: " + Errno.text(-read));
        }
        return arguments.getLong(0) * MICROS_PER_SECOND + arguments.getLong(Long.BYTES) / NANOS_PER_MICRO;
    }
}

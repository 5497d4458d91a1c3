package io.apexproxy.runtime.engine.linux;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.Optional;

/**
 * A descriptor that was passed to this process, as the kernel describes it.
 *
 * @param number the descriptor
 * @param kind what it is
 * @param address the address of a listening socket; empty if listeners cannot have it, as that of an abstract
 *     Unix-domain socket
 * @param receivesIpv4 whether a listening socket of IPv6 also receives connections of IPv4
 */
public record PassedDescriptor(int number, Kind kind, Optional<SocketAddress> address, boolean receivesIpv4) {
    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SOCK_STREAM = 1;

    /** The kinds of descriptors. */
    public enum Kind {
        /** A listening stream socket. */
        LISTENING,
        /** A stream socket that does not listen, such as a connection. */
        NOT_LISTENING,
        /** A socket of another type, such as UDP. */
        NOT_STREAM,
        /** A file, a pipe, or no open descriptor. */
        NO_SOCKET
    }

    /**
     * Returns what a descriptor is, and closes it in processes that this one starts. A listening socket becomes
     * non-blocking, also for other processes that have it.
     */
    public static PassedDescriptor adopt(SystemCalls calls, int number) throws IOException {
        calls.setCloseOnExec(number); // fails for a closed descriptor only, which is reported as no socket
        int type = InheritedDescriptor.option(calls, number, SOL_SOCKET, SO_TYPE);
        if (type != SOCK_STREAM) {
            return unusable(number, type < 0 ? Kind.NO_SOCKET : Kind.NOT_STREAM);
        }
        if (InheritedDescriptor.option(calls, number, SOL_SOCKET, SO_ACCEPTCONN) <= 0) {
            return unusable(number, Kind.NOT_LISTENING);
        }
        NativeSocket.requireSocket(calls.setNonBlocking(number));
        NativeSocket socket = InheritedDescriptor.of(calls, number);
        Optional<SocketAddress> address = switch (socket.family()) {
            case NativeAddress.AF_INET, NativeAddress.AF_INET6, NativeAddress.AF_UNIX ->
                    Optional.ofNullable(socket.localAddress(calls));
            default -> Optional.empty();
        };
        return new PassedDescriptor(number, Kind.LISTENING, address, receivesIpv4(calls, socket));
    }

    private static PassedDescriptor unusable(int number, Kind kind) {
        return new PassedDescriptor(number, kind, Optional.empty(), false);
    }

    private static boolean receivesIpv4(SystemCalls calls, NativeSocket socket) {
        NativeOption only = NativeOption.IPV6_V6ONLY;
        return socket.family() == NativeAddress.AF_INET6
                && InheritedDescriptor.option(calls, socket.descriptor(), only.level(), only.number()) == 0;
    }
}

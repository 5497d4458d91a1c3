package io.apexproxy.runtime.engine.linux;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * The descriptor of a stream socket.
 *
 * <p>Any thread may call the methods, with its own system calls. The lock keeps the descriptor open during a call:
 * after a close the kernel can give the same number to another socket. The loop's thread closes the socket of a
 * registered channel, so it transfers bytes without the lock.
 */
public final class NativeSocket {
    private static final boolean HAS_IPV6 = hasIpv6();

    private final int descriptor;
    private final int family;
    @GuardedBy("this")
    private boolean closed;

    public NativeSocket(int descriptor, int family) {
        this.descriptor = descriptor;
        this.family = family;
    }

    /** As the JDK: a kernel without an IPv6 address on any interface has no IPv6. */
    private static boolean hasIpv6() {
        if (Boolean.getBoolean("java.net.preferIPv4Stack")) {
            return false;
        }
        try {
            return !Files.readString(Path.of("/proc/net/if_inet6")).isEmpty();
        } catch (IOException noIpv6) {
            return false;
        }
    }

    /**
     * Opens a non-blocking stream socket. An INET6 socket also serves IPv4.
     *
     * @throws UnsupportedOperationException if the system does not have the family
     */
    public static NativeSocket open(SystemCalls calls, StandardProtocolFamily protocol) throws IOException {
        int family = switch (protocol) {
            case INET -> NativeAddress.AF_INET;
            case INET6 -> NativeAddress.AF_INET6;
            case UNIX -> NativeAddress.AF_UNIX;
        };
        int descriptor = family == NativeAddress.AF_INET6 && !HAS_IPV6 ? -Errno.EAFNOSUPPORT : calls.socket(family);
        if (descriptor == -Errno.EAFNOSUPPORT) {
            throw new UnsupportedOperationException(protocol + " is not supported by this system");
        }
        NativeSocket socket = new NativeSocket(requireSocket(descriptor), family);
        if (family == NativeAddress.AF_INET6) {
            try {
                NativeOption.IPV6_V6ONLY.set(calls, descriptor, 0);
            } catch (IOException e) {
                socket.close(calls);
                throw e;
            }
        }
        return socket;
    }

    /** Returns the result of a system call on a socket; throws the exception of an error. */
    public static int requireSocket(int result) throws IOException {
        if (result < 0) {
            throw Errno.socketFailure(-result);
        }
        return result;
    }

    public int descriptor() {
        return descriptor;
    }

    public int family() {
        return family;
    }

    public boolean isUnixDomain() {
        return family == NativeAddress.AF_UNIX;
    }

    public Set<SocketOption<?>> supportedOptions() {
        return NativeOption.supported(family);
    }

    public <T> void setOption(SystemCalls calls, SocketOption<T> name, T value) throws IOException {
        NativeOption option = NativeOption.of(name, family);
        synchronized (this) {
            requireOpen();
            option.setValue(calls, descriptor, value);
        }
    }

    public <T> T option(SystemCalls calls, SocketOption<T> name) throws IOException {
        NativeOption option = NativeOption.of(name, family);
        synchronized (this) {
            requireOpen();
            return name.type().cast(option.value(calls, descriptor));
        }
    }

    /** Returns the address to bind the socket to; null stands for a free port of the wildcard address. */
    private SocketAddress bindAddress(SocketAddress local) {
        if (local == null && !isUnixDomain()) {
            return new InetSocketAddress(0);
        }
        boolean isSuitable = isUnixDomain() ? local instanceof UnixDomainSocketAddress
                : local instanceof InetSocketAddress;
        if (!isSuitable) {
            throw new UnsupportedAddressTypeException();
        }
        if (local instanceof InetSocketAddress internet) {
            if (internet.isUnresolved()) {
                throw new UnresolvedAddressException();
            }
            if (family == NativeAddress.AF_INET && internet.getAddress() instanceof Inet6Address) {
                throw new UnsupportedAddressTypeException();
            }
        }
        return local;
    }

    /** Binds the socket; null stands for a free port of the wildcard address. */
    public synchronized void bind(SystemCalls calls, SocketAddress address) throws IOException {
        requireOpen();
        requireSocket(calls.bind(descriptor, bindAddress(address), family));
    }

    public synchronized void listen(SystemCalls calls, int backlog) throws IOException {
        requireOpen();
        requireSocket(calls.listen(descriptor, backlog));
    }

    public synchronized void shutdown(SystemCalls calls, int direction) throws IOException {
        requireOpen();
        int result = calls.shutdown(descriptor, direction);
        if (result < 0 && result != -Errno.ENOTCONN) { // the peer has reset the connection
            throw Errno.socketFailure(-result);
        }
    }

    /** Returns the bound address; null if the socket is not bound. */
    public synchronized SocketAddress localAddress(SystemCalls calls) throws IOException {
        requireOpen();
        requireSocket(calls.localAddress(descriptor));
        SocketAddress address = calls.address();
        return isName(address) ? address : null;
    }

    private static boolean isName(SocketAddress address) {
        return address instanceof InetSocketAddress internet ? internet.getPort() != 0
                : !((UnixDomainSocketAddress) address).getPath().toString().isEmpty();
    }

    @GuardedBy("this")
    private void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    /** Closes the descriptor, once. Never throws: the kernel frees the descriptor also after an error. */
    public synchronized void close(SystemCalls calls) {
        if (!closed) {
            closed = true;
            calls.close(descriptor);
        }
    }
}

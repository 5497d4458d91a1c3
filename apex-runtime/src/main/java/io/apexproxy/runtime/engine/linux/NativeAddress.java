package io.apexproxy.runtime.engine.linux;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Converts socket addresses to the structures of the kernel and back: {@code sockaddr_in}, {@code sockaddr_in6} and
 * {@code sockaddr_un}.
 *
 * <p>Pure. The memory is a buffer in native byte order; the structure begins at its index 0.
 */
public final class NativeAddress {
    public static final int AF_UNIX = 1;
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    /** The size of the largest structure, {@code sockaddr_un}. */
    public static final int MOST_BYTES = 110;

    private static final int INET_BYTES = 16;
    private static final int INET6_BYTES = 28;
    private static final int PORT_AT = 2;
    private static final int INET_ADDRESS_AT = 4;
    private static final int FLOW_AT = 4;
    private static final int INET6_ADDRESS_AT = 8;
    private static final int SCOPE_AT = 24;
    private static final int PATH_AT = 2;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    /** The prefix of an IPv4 address of a dual-stack socket. RFC 4291, 2.5.5.2. */
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};
    /** The encoding of file names, which Java derives from the locale. */
    private static final Charset FILE_NAMES = fileNames();

    private NativeAddress() {
    }

    private static Charset fileNames() {
        String name = System.getProperty("sun.jnu.encoding");
        return name != null && Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
    }

    /**
     * Writes an address.
     *
     * @param memory receives the structure
     * @param address a resolved internet address or the address of a Unix-domain socket
     * @param family the family of the socket; an INET6 socket gets an IPv4 address in its mapped form
     * @return the length of the structure
     * @throws SocketException if the kernel has no structure for the address
     */
    public static int write(ByteBuffer memory, SocketAddress address, int family) throws SocketException {
        memory.putShort(0, (short) family);
        if (address instanceof UnixDomainSocketAddress file) {
            byte[] path = file.getPath().toString().getBytes(FILE_NAMES);
            if (path.length >= MOST_BYTES - PATH_AT) { // one byte is for the final 0
                throw new SocketException("Unix domain path too long");
            }
            memory.put(PATH_AT, path).put(PATH_AT + path.length, (byte) 0);
            return path.length == 0 ? PATH_AT : PATH_AT + path.length + 1;
        }
        InetSocketAddress internet = (InetSocketAddress) address;
        putPort(memory, internet.getPort());
        InetAddress host = internet.getAddress();
        byte[] bytes = host.getAddress();
        if (family == AF_INET) {
            memory.putLong(INET_ADDRESS_AT + IPV4_BYTES, 0).put(INET_ADDRESS_AT, bytes, 0, IPV4_BYTES);
            return INET_BYTES;
        }
        memory.putInt(FLOW_AT, 0);
        if (host instanceof Inet6Address ipv6) {
            memory.put(INET6_ADDRESS_AT, bytes).putInt(SCOPE_AT, ipv6.getScopeId());
        } else if (host.isAnyLocalAddress()) {
            memory.put(INET6_ADDRESS_AT, new byte[IPV6_BYTES]).putInt(SCOPE_AT, 0);
        } else {
            memory.put(INET6_ADDRESS_AT, MAPPED).put(INET6_ADDRESS_AT + MAPPED.length, bytes).putInt(SCOPE_AT, 0);
        }
        return INET6_BYTES;
    }

    /**
     * Writes the address of a Unix-domain socket in the form of environment variables and tools.
     *
     * @param memory receives the structure
     * @param name a path; or an abstract name behind the character {@code @}. See unix(7)
     * @return the length of the structure
     * @throws SocketException if the kernel has no structure for the name
     */
    static int writeUnix(ByteBuffer memory, String name) throws SocketException {
        byte[] bytes = name.getBytes(FILE_NAMES);
        boolean isAbstract = name.startsWith("@");
        int length = PATH_AT + bytes.length + (isAbstract ? 0 : 1); // a path ends with a 0
        if (length > MOST_BYTES) {
            throw new SocketException("the name of the socket is too long");
        }
        memory.putShort(0, (short) AF_UNIX).put(PATH_AT, bytes);
        if (isAbstract) { // begins with a 0, and all bytes up to the length belong to it
            memory.put(PATH_AT, (byte) 0);
        } else {
            memory.put(PATH_AT + bytes.length, (byte) 0);
        }
        return length;
    }

    private static void putPort(ByteBuffer memory, int port) {
        memory.put(PORT_AT, (byte) (port >>> Byte.SIZE)).put(PORT_AT + 1, (byte) port);
    }

    /**
     * Reads an address.
     *
     * @param memory has the structure
     * @param length the length that the kernel has returned
     * @return the address; an IPv4 address in its mapped form becomes an IPv4 address
     */
    public static SocketAddress read(ByteBuffer memory, int length) {
        return switch (memory.getShort(0)) {
            case AF_INET -> new InetSocketAddress(host(memory, INET_ADDRESS_AT, IPV4_BYTES, 0), port(memory));
            case AF_INET6 -> new InetSocketAddress(readInet6(memory), port(memory));
            case AF_UNIX -> UnixDomainSocketAddress.of(readPath(memory, length));
            default -> throw new IllegalStateException("address family " + memory.getShort(0));
        };
    }

    private static int port(ByteBuffer memory) {
        return Byte.toUnsignedInt(memory.get(PORT_AT)) << Byte.SIZE | Byte.toUnsignedInt(memory.get(PORT_AT + 1));
    }

    private static InetAddress readInet6(ByteBuffer memory) {
        byte[] prefix = new byte[MAPPED.length];
        memory.get(INET6_ADDRESS_AT, prefix);
        return Arrays.equals(prefix, MAPPED) ? host(memory, INET6_ADDRESS_AT + MAPPED.length, IPV4_BYTES, 0)
                : host(memory, INET6_ADDRESS_AT, IPV6_BYTES, memory.getInt(SCOPE_AT));
    }

    private static InetAddress host(ByteBuffer memory, int at, int length, int scope) {
        byte[] bytes = new byte[length];
        memory.get(at, bytes);
        try {
            return scope == 0 ? InetAddress.getByAddress(bytes) : Inet6Address.getByAddress(null, bytes, scope);
        } catch (UnknownHostException impossible) { // the length is that of an address
            throw new IllegalStateException(impossible);
        }
    }

    /** Reads a path; empty for a socket without a name, as the JDK does. */
    private static String readPath(ByteBuffer memory, int length) {
        byte[] path = new byte[Math.max(0, Math.min(length, MOST_BYTES) - PATH_AT)];
        memory.get(PATH_AT, path);
        int end = 0;
        while (end < path.length && path[end] != 0) {
            end++;
        }
        return new String(path, 0, end, FILE_NAMES);
    }
}

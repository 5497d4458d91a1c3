package io.apexproxy.runtime.engine.linux;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/**
 * A socket option: its numbers for the kernel, and the conversion of its values.
 *
 * @param level the protocol level
 * @param number the number of the option
 * @param type the type of the values
 */
public record NativeOption(int level, int number, Type type) {
    private static final int SOL_SOCKET = 1;
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_IPV6 = 41;

    /** Whether an IPv6 socket refuses IPv4. */
    public static final NativeOption IPV6_V6ONLY = new NativeOption(IPPROTO_IPV6, 26, Type.NUMBER);

    private static final Map<SocketOption<?>, NativeOption> ANY_SOCKET = Map.of(
            StandardSocketOptions.SO_SNDBUF, new NativeOption(SOL_SOCKET, 7, Type.BUFFER_SIZE),
            StandardSocketOptions.SO_RCVBUF, new NativeOption(SOL_SOCKET, 8, Type.BUFFER_SIZE));
    private static final Map<SocketOption<?>, NativeOption> TCP = with(ANY_SOCKET, Map.of(
            StandardSocketOptions.SO_REUSEADDR, new NativeOption(SOL_SOCKET, 2, Type.FLAG),
            StandardSocketOptions.SO_KEEPALIVE, new NativeOption(SOL_SOCKET, 9, Type.FLAG),
            StandardSocketOptions.SO_LINGER, new NativeOption(SOL_SOCKET, 13, Type.LINGER),
            StandardSocketOptions.SO_REUSEPORT, new NativeOption(SOL_SOCKET, 15, Type.FLAG),
            StandardSocketOptions.TCP_NODELAY, new NativeOption(IPPROTO_TCP, 1, Type.FLAG),
            ExtendedSocketOptions.TCP_KEEPIDLE, new NativeOption(IPPROTO_TCP, 4, Type.NUMBER),
            ExtendedSocketOptions.TCP_KEEPINTERVAL, new NativeOption(IPPROTO_TCP, 5, Type.NUMBER),
            ExtendedSocketOptions.TCP_KEEPCOUNT, new NativeOption(IPPROTO_TCP, 6, Type.NUMBER),
            ExtendedSocketOptions.TCP_QUICKACK, new NativeOption(IPPROTO_TCP, 12, Type.FLAG)));
    private static final Map<SocketOption<?>, NativeOption> TCP_OVER_IPV4 = with(TCP, Map.of(
            StandardSocketOptions.IP_TOS, new NativeOption(IPPROTO_IP, 1, Type.NUMBER)));
    private static final Map<SocketOption<?>, NativeOption> TCP_OVER_IPV6 = with(TCP, Map.of(
            StandardSocketOptions.IP_TOS, new NativeOption(IPPROTO_IPV6, 67, Type.NUMBER)));

    private static final Set<SocketOption<?>> OF_SERVERS = Set.of(StandardSocketOptions.SO_RCVBUF,
            StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEPORT, ExtendedSocketOptions.TCP_QUICKACK);

    /** The types of values. */
    public enum Type {
        FLAG,
        NUMBER,
        /** A number of bytes. The kernel reports twice the number that was set. See socket(7). */
        BUFFER_SIZE,
        /** Seconds; negative: off. */
        LINGER
    }

    private static Map<SocketOption<?>, NativeOption> with(Map<SocketOption<?>, NativeOption> some,
            Map<SocketOption<?>, NativeOption> others) {
        Map<SocketOption<?>, NativeOption> all = new HashMap<>(some);
        all.putAll(others);
        return Map.copyOf(all);
    }

    private static Map<SocketOption<?>, NativeOption> table(int family) {
        return switch (family) {
            case NativeAddress.AF_UNIX -> ANY_SOCKET;
            case NativeAddress.AF_INET -> TCP_OVER_IPV4;
            default -> TCP_OVER_IPV6;
        };
    }

    /** Returns the options that sockets of a family have. */
    public static Set<SocketOption<?>> supported(int family) {
        return table(family).keySet();
    }

    /** Returns the options that server sockets of a family have. */
    public static Set<SocketOption<?>> supportedByServers(int family) {
        return family == NativeAddress.AF_UNIX ? Set.of(StandardSocketOptions.SO_RCVBUF) : OF_SERVERS;
    }

    /**
     * Returns the option with this name for sockets of a family.
     *
     * @throws UnsupportedOperationException if the family does not have the option
     */
    public static NativeOption of(SocketOption<?> name, int family) {
        NativeOption option = table(family).get(Objects.requireNonNull(name, "name"));
        if (option == null) {
            throw new UnsupportedOperationException("'" + name + "' not supported");
        }
        return option;
    }

    /** Sets a value of the type that the option has. */
    public void setValue(SystemCalls calls, int descriptor, Object value) throws IOException {
        if (type == Type.LINGER) {
            NativeSocket.requireSocket(calls.setLinger(descriptor, (Integer) value));
        } else {
            set(calls, descriptor, type == Type.FLAG ? ((Boolean) value ? 1 : 0) : requirePositive((Integer) value));
        }
    }

    private int requirePositive(int value) {
        if (type == Type.BUFFER_SIZE && value < 0) {
            throw new IllegalArgumentException("buffer size: expected 0 or more, found " + value);
        }
        return value;
    }

    public void set(SystemCalls calls, int descriptor, int value) throws IOException {
        NativeSocket.requireSocket(calls.setOption(descriptor, level, number, value));
    }

    /** Returns the value, a Boolean or an Integer. */
    public Object value(SystemCalls calls, int descriptor) throws IOException {
        NativeSocket.requireSocket(calls.queryOption(descriptor, level, number));
        int first = calls.optionValue(0);
        return switch (type) {
            case FLAG -> first != 0;
            case NUMBER -> first;
            case BUFFER_SIZE -> first / 2;
            case LINGER -> first == 0 ? -1 : calls.optionValue(1);
        };
    }
}

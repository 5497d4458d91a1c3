package io.apexproxy.runtime.engine.sim;

import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/** The options of a socket. All are stored; only SO_LINGER and SO_REUSEPORT have an effect. */
final class SocketOptions {

    static final Set<SocketOption<?>> STREAM = Set.of(StandardSocketOptions.SO_SNDBUF, StandardSocketOptions.SO_RCVBUF,
            StandardSocketOptions.SO_KEEPALIVE, StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEPORT,
            StandardSocketOptions.SO_LINGER, StandardSocketOptions.TCP_NODELAY, ExtendedSocketOptions.TCP_KEEPIDLE,
            ExtendedSocketOptions.TCP_KEEPINTERVAL, ExtendedSocketOptions.TCP_KEEPCOUNT,
            ExtendedSocketOptions.TCP_QUICKACK);
    static final Set<SocketOption<?>> UNIX =
            Set.of(StandardSocketOptions.SO_SNDBUF, StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_LINGER);
    static final Set<SocketOption<?>> LISTENING = Set.of(StandardSocketOptions.SO_RCVBUF,
            StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEPORT);

    private static final int BUFFER_BYTES = 65_536;

    private final Set<SocketOption<?>> supported;
    private final Map<SocketOption<?>, Object> values = new HashMap<>();

    SocketOptions(Set<SocketOption<?>> supported) {
        this.supported = supported;
    }

    Set<SocketOption<?>> supported() {
        return supported;
    }

    <T> void set(SocketOption<T> name, T value) {
        requireSupported(name);
        values.put(name, value);
    }

    <T> T get(SocketOption<T> name) {
        requireSupported(name);
        Object value = values.get(name);
        if (value == null) {
            value = name.type() == Boolean.class ? (Object) false : BUFFER_BYTES;
        }
        return name.type().cast(value);
    }

    boolean isOn(SocketOption<Boolean> name) {
        return Boolean.TRUE.equals(values.get(name));
    }

    /** Returns whether close resets the connection, because SO_LINGER is 0. */
    boolean resetsOnClose() {
        return Integer.valueOf(0).equals(values.get(StandardSocketOptions.SO_LINGER));
    }

    private void requireSupported(SocketOption<?> name) {
        if (!supported.contains(name)) {
            throw new UnsupportedOperationException("'" + name + "' not supported");
        }
    }
}

package io.apexproxy.runtime.probe;

import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.util.Objects;
import java.util.Set;

/**
 * A connected channel whose only socket option is SO_LINGER: with 0, a close resets the connection. A negative value
 * turns the option off. Any thread.
 */
abstract class LingerChannel implements AsynchronousByteChannel, NetworkChannel {

    /** The value of SO_LINGER if it is off. */
    private static final int OFF = -1;

    private volatile boolean resets;

    /** Returns whether a close resets the connection. */
    final boolean resets() {
        return resets;
    }

    /** Not supported: the channel is connected. */
    @Override
    public final NetworkChannel bind(SocketAddress local) {
        throw new UnsupportedOperationException("bind of a connected channel");
    }

    @Override
    public final <T> NetworkChannel setOption(SocketOption<T> name, T value) throws ClosedChannelException {
        requireLinger(name);
        int seconds = StandardSocketOptions.SO_LINGER.type().cast(Objects.requireNonNull(value, "value"));
        if (seconds > 0) {
            throw new IllegalArgumentException("SO_LINGER: expected 0 or less, found " + seconds);
        }
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        resets = seconds == 0;
        return this;
    }

    @Override
    public final <T> T getOption(SocketOption<T> name) {
        requireLinger(name);
        return name.type().cast(resets ? 0 : OFF);
    }

    @Override
    public final Set<SocketOption<?>> supportedOptions() {
        return Set.of(StandardSocketOptions.SO_LINGER);
    }

    private static void requireLinger(SocketOption<?> name) {
        if (name != StandardSocketOptions.SO_LINGER) {
            throw new UnsupportedOperationException("'" + name + "' not supported");
        }
    }
}

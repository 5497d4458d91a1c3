package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.config.Keepalive;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The TCP keepalive options of a connection. */
final class SocketKeepalive {

    /** The age at which keepalive is enabled. Most connections are closed before, which saves the system calls. */
    static final long ESTABLISHED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private SocketKeepalive() {
    }

    /**
     * Enables keepalive with the options that the system supports. Never throws.
     *
     * @param channel a connected channel; ignored if it is a Unix-domain socket
     * @param options the options; empty: keepalive stays off
     */
    static void apply(LoopSocketChannel channel, Optional<Keepalive> options) {
        if (channel.isTcp()) {
            options.ifPresent(keepalive -> set(channel, keepalive));
        }
    }

    private static void set(LoopSocketChannel channel, Keepalive keepalive) {
        try {
            Set<SocketOption<?>> supported = channel.supportedOptions();
            set(channel, supported, ExtendedSocketOptions.TCP_KEEPIDLE, (int) keepalive.idle().toSeconds());
            set(channel, supported, ExtendedSocketOptions.TCP_KEEPINTERVAL, (int) keepalive.interval().toSeconds());
            set(channel, supported, ExtendedSocketOptions.TCP_KEEPCOUNT, keepalive.count());
            set(channel, supported, StandardSocketOptions.SO_KEEPALIVE, true);
        } catch (IOException e) { // closed or broken, which the stage detects
            LOG.debug("failed to enable keepalive", e);
        }
    }

    private static <T> void set(LoopSocketChannel channel, Set<SocketOption<?>> supported, SocketOption<T> option,
            T value) throws IOException {
        if (supported.contains(option)) {
            channel.setOption(option, value);
        }
    }
}

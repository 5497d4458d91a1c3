package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.config.Keepalive;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Optional;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Switches TCP keepalive of a connection on. */
final class SocketKeepalive {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private SocketKeepalive() {
    }

    /**
     * Sets the options; those that the system does not have are left out. Never throws.
     *
     * @param channel connected
     * @param address to which it is connected; only TCP has keepalive
     * @param times empty: keepalive stays off
     */
    static void apply(LoopSocketChannel channel, SocketAddress address, Optional<Keepalive> times) {
        if (address instanceof InetSocketAddress) {
            times.ifPresent(keepalive -> apply(channel, keepalive));
        }
    }

    private static void apply(LoopSocketChannel channel, Keepalive keepalive) {
        try {
            Set<SocketOption<?>> supported = channel.supportedOptions();
            set(channel, supported, ExtendedSocketOptions.TCP_KEEPIDLE, (int) keepalive.idle().toSeconds());
            set(channel, supported, ExtendedSocketOptions.TCP_KEEPINTERVAL, (int) keepalive.interval().toSeconds());
            set(channel, supported, ExtendedSocketOptions.TCP_KEEPCOUNT, keepalive.count());
            set(channel, supported, StandardSocketOptions.SO_KEEPALIVE, true);
        } catch (IOException e) { // the connection is closed or broken, which its stage will notice
            LOG.debug("keepalive was not switched on", e);
        }
    }

    private static <T> void set(LoopSocketChannel channel, Set<SocketOption<?>> supported, SocketOption<T> option,
            T value) throws IOException {
        if (supported.contains(option)) {
            channel.setOption(option, value);
        }
    }
}

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

/** Switches TCP keepalive of a connection on. */
final class SocketKeepalive {

    /** Age from which a connection is worth the system calls that switch keepalive on; most are closed before. */
    static final long ESTABLISHED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private SocketKeepalive() {
    }

    /**
     * Sets the options; those that the system does not have are left out. Never throws.
     *
     * @param channel connected; nothing is set on a Unix-domain socket
     * @param times empty: keepalive stays off
     */
    static void apply(LoopSocketChannel channel, Optional<Keepalive> times) {
        if (channel.isTcp()) {
            times.ifPresent(keepalive -> set(channel, keepalive));
        }
    }

    private static void set(LoopSocketChannel channel, Keepalive keepalive) {
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

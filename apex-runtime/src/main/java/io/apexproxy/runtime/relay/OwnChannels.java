package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.channels.LoopGroup;
import io.apexproxy.runtime.channels.LoopProvider;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Channels of our own provider, whose loop also runs tasks. */
final class OwnChannels implements LoopChannels {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    /** 16 KiB: as an idle pump holds no buffer, the first one may be large enough for most messages at once. */
    private static final int FIRST_BUFFER = 2;

    private final LoopProvider provider;
    private final LoopGroup group;

    OwnChannels(LoopProvider provider, ThreadFactory threads) throws IOException {
        this.provider = provider;
        this.group = provider.openAsynchronousChannelGroup(1, threads);
    }

    @Override
    public AsynchronousServerSocketChannel openServer(SocketAddress address) throws IOException {
        return provider.openServerSocketChannel(group, family(address));
    }

    @Override
    public AsynchronousSocketChannel openSocket(SocketAddress address) throws IOException {
        return provider.openSocketChannel(group, family(address));
    }

    @Override
    public Reserve reserve(SocketAddress address) throws IOException {
        ProtocolFamily family = family(address);
        SocketChannel socket = SocketChannel.open(family);
        return new Reserve() {
            @Override
            public AsynchronousSocketChannel socketFor(SocketAddress wanted) throws IOException {
                if (family(wanted) == family) {
                    return provider.adopt(group, family, socket);
                }
                close();
                return openSocket(wanted);
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }

    /** A socket for both versions of the protocol costs one more system call, and a conversion of each address. */
    private static ProtocolFamily family(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress) {
            return StandardProtocolFamily.UNIX;
        }
        return address instanceof InetSocketAddress internet && internet.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    @Override
    public void later(Runnable task, long delayMillis) {
        try {
            group.schedule(task, delayMillis);
        } catch (RejectedExecutionException e) {
            LOG.trace("The loop has ended", e);
        }
    }

    /** The selector frees descriptors between turns, of which a task waits for the next. */
    @Override
    public void afterClosing(Runnable task) {
        try {
            group.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.trace("The loop has ended", e);
        }
    }

    @Override
    public int firstBuffer() {
        return FIRST_BUFFER;
    }

    @Override
    public void close() {
        group.shutdownNow();
    }
}

package io.apexproxy.runtime.engine.select;

import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.loop.LoopHandle;
import io.apexproxy.runtime.engine.loop.LoopProvider;
import io.apexproxy.runtime.engine.loop.ServerChannel;
import io.apexproxy.runtime.engine.loop.StreamChannel;
import io.apexproxy.runtime.engine.loop.Transport;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sockets and events of an NIO selector, on each system. The attachment of each selection key is its channel.
 *
 * <p>Each ready channel is dispatched from the callback of the selector.
 */
public final class SelectTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    /** The name of the engine. */
    public static final String NAME = "select";

    /** The argument of select for a timeout that never expires. */
    private static final long SELECT_FOREVER = 0;

    private final Selector selector;
    /** The receiver of the events of the present poll. */
    private Dispatcher dispatcher;
    private final Consumer<SelectionKey> dispatch = this::dispatch;

    private SelectTransport(Selector selector) {
        this.selector = selector;
    }

    /** Returns a provider of loops over selectors. */
    public static LoopProvider newProvider() {
        return new LoopProvider(NAME, () -> new SelectTransport(Selector.open()), 0);
    }

    @Override
    public int poll(long timeoutMillis, Dispatcher receiver) throws IOException {
        dispatcher = receiver;
        return timeoutMillis == 0 ? selector.selectNow(dispatch)
                : selector.select(dispatch, timeoutMillis == NO_TIMEOUT ? SELECT_FOREVER : timeoutMillis);
    }

    private void dispatch(SelectionKey key) {
        // the handler of another channel can have closed this channel since the selector found it ready
        if (key.isValid()) {
            dispatcher.ready((LoopHandle) key.attachment(), key.readyOps());
        }
    }

    @Override
    public void wakeUp() {
        selector.wakeup();
    }

    @Override
    public boolean isEmpty() {
        return selector.keys().isEmpty();
    }

    @Override
    public void forEachChannel(Consumer<LoopHandle> action) {
        try {
            for (SelectionKey key : selector.keys()) {
                if (key.attachment() instanceof LoopHandle channel) {
                    action.accept(channel);
                }
            }
        } catch (ClosedSelectorException terminated) {
            LOG.trace("no channel is open", terminated);
        }
    }

    @Override
    public StreamChannel newSocket(LoopGroup group, StandardProtocolFamily family) throws IOException {
        return new NioSocketChannel(group, selector, SocketChannel.open(family),
                family == StandardProtocolFamily.UNIX, false);
    }

    @Override
    public ServerChannel newServer(LoopGroup group, StandardProtocolFamily family) throws IOException {
        return new NioServerChannel(group, selector, ServerSocketChannel.open(family),
                family == StandardProtocolFamily.UNIX, false);
    }

    @Override
    public ServerChannel newServer(LoopGroup group, ServerSocketChannel inherited) throws IOException {
        return NioServerChannel.inherit(group, selector, inherited);
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}

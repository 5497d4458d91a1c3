package io.apexproxy.runtime.engine.loop;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.SelectionKey;

/** A connect in progress. On the loop's thread only. */
final class ConnectOperation implements Runnable {
    private final StreamChannel channel;
    private final SocketAddress remote;
    private final Object attachment;
    private final CompletionHandler<Void, Object> handler;
    private boolean started;
    private boolean done;

    ConnectOperation(StreamChannel channel, SocketAddress remote, Object attachment,
            CompletionHandler<Void, Object> handler) {
        this.channel = channel;
        this.remote = remote;
        this.attachment = attachment;
        this.handler = handler;
    }

    /** Starts or continues the connect; fails it if the channel is closed. Does nothing after the connect is done. */
    @Override
    public void run() {
        if (done) {
            return;
        }
        try {
            if (!channel.isOpen()) {
                throw new AsynchronousCloseException();
            }
            if (!(started ? channel.finishConnect() : start())) {
                channel.await(SelectionKey.OP_CONNECT);
                return;
            }
        } catch (Throwable failure) {
            done = true;
            channel.connectFailed();
            channel.eventLoop().handlers().failed(handler, failure, attachment);
            return;
        }
        done = true;
        channel.connected();
        channel.eventLoop().handlers().completed(handler, null, attachment);
    }

    private boolean start() throws IOException {
        started = true;
        return channel.startConnect(remote);
    }
}

package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CompletionHandler;

/** A connect in progress. */
final class PendingConnect implements Runnable {

    private final SimulatedSocketChannel channel;
    private final SimulatedLoop loop;
    private final SimulatedNetwork network;
    private final SocketAddress remote;
    private final Object attachment;
    private final CompletionHandler<Void, Object> handler;
    private boolean started;
    private boolean done;

    PendingConnect(SimulatedSocketChannel channel, SimulatedLoop loop, SimulatedNetwork network, SocketAddress remote,
            Object attachment, CompletionHandler<Void, Object> handler) {
        this.channel = channel;
        this.loop = loop;
        this.network = network;
        this.remote = remote;
        this.attachment = attachment;
        this.handler = handler;
    }

    /** Returns whether the connect has finished and its handler has not been called. */
    boolean isReady() {
        return started && !done && channel.endpoint().isConnectDone();
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
            if (!(started ? channel.endpoint().finishConnect() : start())) {
                return;
            }
        } catch (IOException failure) {
            done = true;
            channel.connectFailed();
            loop.handlers().failed(handler, failure, attachment);
            return;
        }
        done = true;
        channel.connected();
        loop.handlers().completed(handler, null, attachment);
    }

    private boolean start() throws IOException {
        started = true;
        if (loop.process().takeLocalPortFailure()) {
            throw new BindException("Cannot assign requested address");
        }
        network.connect(channel.endpoint(), remote);
        return channel.endpoint().finishConnect();
    }
}

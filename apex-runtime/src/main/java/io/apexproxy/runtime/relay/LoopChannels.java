package io.apexproxy.runtime.relay;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;

/**
 * Where the channels of one event loop come from, and the thread on which their handlers run. Any thread may call.
 */
interface LoopChannels {

    /** Opens a socket to listen on an address of this kind. */
    AsynchronousServerSocketChannel openServer(SocketAddress address) throws IOException;

    /** Opens a socket to connect to an address of this kind. */
    AsynchronousSocketChannel openSocket(SocketAddress address) throws IOException;

    /** Opens a socket to keep back for a connection, most likely to an address of this kind. */
    Reserve reserve(SocketAddress address) throws IOException;

    /** Runs a task on the loop's thread, which calls this, when what it closed before has freed its descriptors. */
    void afterClosing(Runnable task);

    /**
     * Runs a short task once, on the loop's thread where the provider can do that; not at all if the loop has ended by
     * then.
     */
    void later(Runnable task, long delayMillis);

    /** The size of buffer to begin with: a small one where whoever waits for bytes must hold one. */
    int firstBuffer();

    /** Ends the thread; channels that are still open are closed. */
    void close() throws IOException;

    /** A socket that is kept back. To be used or closed once, by any thread. */
    interface Reserve extends Closeable {

        /** Makes it a socket to connect to an address of this kind; if it is of another, one is opened in its place. */
        AsynchronousSocketChannel socketFor(SocketAddress address) throws IOException;
    }
}

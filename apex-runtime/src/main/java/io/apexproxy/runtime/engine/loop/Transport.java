package io.apexproxy.runtime.engine.loop;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.util.function.Consumer;

/**
 * The sockets of one loop and the events of the kernel: the part that differs between engines.
 *
 * <p>Unless a method says otherwise, it is called on the loop's thread.
 */
public interface Transport extends Closeable {

    /** The timeout of {@link #poll} that never expires. */
    long NO_TIMEOUT = -1;

    /** Opens the transport of a loop. */
    @FunctionalInterface
    interface Factory {

        /**
         * Opens a transport, on any thread.
         *
         * @return the transport, which its loop closes
         * @throws IOException if the system lacks a resource, for example descriptors
         */
        Transport open() throws IOException;
    }

    /** Receives the events of a poll. */
    @FunctionalInterface
    interface Dispatcher {

        /**
         * Called for each channel that is ready. Never throws.
         *
         * @param channel the channel
         * @param operations a set of {@code SelectionKey.OP_*}
         */
        void ready(LoopHandle channel, int operations);
    }

    /**
     * Waits for events and dispatches them.
     *
     * @param timeoutMillis the longest wait in milliseconds; 0 to return at once, {@link #NO_TIMEOUT} to wait for an
     *     event
     * @param dispatcher receives the ready channels
     * @return the number of ready channels
     */
    int poll(long timeoutMillis, Dispatcher dispatcher) throws IOException;

    /** Makes the present or the next {@link #poll} return. From any thread. */
    void wakeUp();

    /** Returns whether no channel is registered. From any thread. */
    boolean isEmpty();

    /** Passes each registered channel to the action. From any thread; weakly consistent. */
    void forEachChannel(Consumer<LoopHandle> action);

    /**
     * Opens an unconnected socket, which is not registered yet. From any thread.
     *
     * @param group the group of the channel
     * @param family the protocol family; an INET6 socket also connects to IPv4 addresses
     * @return the channel
     * @throws UnsupportedOperationException if the system does not have this family
     */
    StreamChannel newSocket(LoopGroup group, StandardProtocolFamily family) throws IOException;

    /**
     * Opens an unbound server socket, which is not registered yet. From any thread.
     *
     * @param group the group of the channel
     * @param family the protocol family; an INET6 socket also accepts connections over IPv4
     * @return the channel
     * @throws UnsupportedOperationException if the system does not have this family
     */
    ServerChannel newServer(LoopGroup group, StandardProtocolFamily family) throws IOException;

    /**
     * Creates a channel for a listening socket that the process has inherited. From any thread.
     *
     * @param group the group of the channel
     * @param inherited the socket, which the channel never closes
     * @return the channel, which is not registered yet
     */
    ServerChannel newServer(LoopGroup group, ServerSocketChannel inherited) throws IOException;

    /**
     * Creates a channel for a listening socket that the process has inherited, by its descriptor. From any thread.
     *
     * @param group the group of the channel
     * @param descriptor of a non-blocking socket, which the channel never closes
     * @return the channel, which is not registered yet
     * @throws UnsupportedOperationException if the transport has channels of the JDK only
     */
    default ServerChannel newServer(LoopGroup group, int descriptor) throws IOException {
        throw new UnsupportedOperationException("an inherited descriptor");
    }
}

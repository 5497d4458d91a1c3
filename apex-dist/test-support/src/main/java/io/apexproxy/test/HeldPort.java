package io.apexproxy.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A reserved port of a loopback address, which no other process gets during the test.
 *
 * <p>A bound socket that never listens reserves the port. Servers with {@code SO_REUSEADDR} can listen on it. Without
 * such a server, connections are refused. A port that is merely free has neither property: the system can assign it to
 * any connection or listener, even to the connection that is to be refused.
 *
 * <p>Any thread.
 */
public final class HeldPort implements AutoCloseable {

    private static final int BACKLOG = 1000;

    private final Socket holder = new Socket();
    private final InetSocketAddress address;

    private HeldPort(InetSocketAddress requested) {
        try {
            holder.setReuseAddress(true);
            holder.bind(requested);
            address = (InetSocketAddress) holder.getLocalSocketAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reserves a free port of 127.0.0.1. */
    public static HeldPort any() {
        return of("127.0.0.1", 0);
    }

    /** Reserves a port of an address; 0: a free port. */
    public static HeldPort of(String host, int port) {
        return new HeldPort(new InetSocketAddress(host, port));
    }

    /** Returns the number of the port. */
    public int port() {
        return address.getPort();
    }

    /** Returns the address in the format of the configuration. */
    public String address() {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** Opens a server on the port. Only one server can be open at a time; its backlog is 1,000. */
    public ServerSocket listen() {
        try {
            ServerSocket server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(address, BACKLOG);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Releases the port. */
    @Override
    public void close() {
        try {
            holder.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.apexproxy.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A port of a loopback address that no other process gets while the test lasts, whether or not a server listens on it.
 *
 * <p>A bound socket that never listens holds the port. Servers with {@code SO_REUSEADDR} can listen on it meanwhile;
 * while none does, connections are refused. A port that was free a moment ago gives neither: the system may give it to
 * any connection or listener of the machine, also to the connection that is to be refused.
 *
 * <p>Safe for several threads.
 */
public final class HeldPort implements AutoCloseable {

    private static final int BACKLOG = 1000;

    private final Socket holder = new Socket();
    private final InetSocketAddress address;

    private HeldPort(InetSocketAddress wanted) {
        try {
            holder.setReuseAddress(true);
            holder.bind(wanted);
            address = (InetSocketAddress) holder.getLocalSocketAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Holds any port of 127.0.0.1. */
    public static HeldPort any() {
        return of("127.0.0.1", 0);
    }

    /** Holds a given port of a given address; 0 is any. */
    static HeldPort of(String host, int port) {
        return new HeldPort(new InetSocketAddress(host, port));
    }

    /** Returns the number of the port. */
    public int port() {
        return address.getPort();
    }

    /** Returns the address as the configuration writes it. */
    String address() {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** Opens a server on the port; only one at a time. */
    ServerSocket listen() {
        try {
            ServerSocket server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(address, BACKLOG);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the system give the port to others. */
    @Override
    public void close() {
        try {
            holder.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

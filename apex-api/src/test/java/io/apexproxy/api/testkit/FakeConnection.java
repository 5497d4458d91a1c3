package io.apexproxy.api.testkit;

import io.apexproxy.api.ConnectionInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;

/**
 * A client connection to the listener {@code web}.
 *
 * @param client the address of the client
 */
public record FakeConnection(SocketAddress client) implements ConnectionInfo {

    private static final int SOME_CLIENT_PORT = 50_000;
    private static final int SOME_LISTENER_PORT = 8081;

    /** Creates a connection from a literal address, such as {@code 192.0.2.1} or {@code 2001:db8::1}. */
    public static FakeConnection from(String address) {
        return from(address, SOME_CLIENT_PORT);
    }

    /** Creates a connection from a literal address and a port. */
    public static FakeConnection from(String address, int port) {
        return new FakeConnection(new InetSocketAddress(address, port));
    }

    /** Creates a connection of the client with this number. Each client has its own IPv4 address. */
    public static FakeConnection ofClient(int number) {
        byte[] address = {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
        try {
            return new FakeConnection(new InetSocketAddress(InetAddress.getByAddress(address), SOME_CLIENT_PORT));
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    @Override
    public SocketAddress local() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), SOME_LISTENER_PORT);
    }

    @Override
    public String listener() {
        return "web";
    }
}

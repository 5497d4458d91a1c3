package io.apexproxy.api.testkit;

import io.apexproxy.api.ClientHello;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.ProxyHeader;
import io.apexproxy.api.TlsSession;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * A client connection to the listener {@code web}.
 *
 * @param client the address of the client
 * @param peer the address of the client, or of the proxy that sent the PROXY protocol header
 * @param proxyHeader the PROXY protocol header
 * @param clientHello the first message of a TLS client
 * @param tls the TLS session of a client whose TLS ends at the listener
 */
public record FakeConnection(SocketAddress client, SocketAddress peer, Optional<ProxyHeader> proxyHeader,
        Optional<ClientHello> clientHello, Optional<TlsSession> tls) implements ConnectionInfo {

    private static final int SOME_CLIENT_PORT = 50_000;
    private static final int SOME_LISTENER_PORT = 8081;
    private static final UnixDomainSocketAddress SOME_LISTENER_FILE = UnixDomainSocketAddress.of("/run/apex-web.sock");

    /** Creates a connection of a client that sends neither a PROXY protocol header nor a ClientHello. */
    public FakeConnection(SocketAddress client) {
        this(client, client, Optional.empty(), Optional.empty(), Optional.empty());
    }

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

    /** Returns this connection with a ClientHello. */
    public FakeConnection with(ClientHello hello) {
        return new FakeConnection(client, peer, proxyHeader, Optional.of(hello), tls);
    }

    /** Returns this connection with a TLS session that ends at the listener. */
    public FakeConnection with(TlsSession session) {
        return new FakeConnection(client, peer, proxyHeader, clientHello, Optional.of(session));
    }

    /** Returns this connection with a PROXY protocol header, which a proxy with the address {@code sender} sent. */
    public FakeConnection through(SocketAddress sender, ProxyHeader header) {
        return new FakeConnection(client, sender, Optional.of(header), clientHello, tls);
    }

    /** Returns an address of Apex, or the path of its socket for a client with a Unix-domain address. */
    @Override
    public SocketAddress local() {
        return client instanceof UnixDomainSocketAddress
                ? SOME_LISTENER_FILE
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), SOME_LISTENER_PORT);
    }

    @Override
    public String listener() {
        return "web";
    }
}

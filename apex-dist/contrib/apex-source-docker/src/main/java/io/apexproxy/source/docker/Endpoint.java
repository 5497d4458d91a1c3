package io.apexproxy.source.docker;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.util.Optional;

/**
 * The address of the API: a UNIX socket, or a host and a port.
 *
 * @param text the address in messages
 * @param socket the UNIX socket; empty: the host and the port
 * @param host the host; with a UNIX socket, this machine
 * @param port the port, or 0
 */
record Endpoint(String text, Optional<UnixDomainSocketAddress> socket, String host, int port) {

    private static final String KEY = "endpoint";
    private static final String DEFAULT = "unix:///var/run/docker.sock";
    private static final String EXPECTED = "expected unix:///PATH or http://HOST:PORT without a password";
    private static final String UNIX = "unix://";
    private static final int MAX_PORT = 65_535;
    private static final String LOOPBACK = "127.0.0.1";

    /** Reads the setting {@code endpoint}. */
    static Endpoint of(Settings settings, PluginContext context) {
        String text = settings.string(KEY, DEFAULT);
        try {
            if (text.startsWith(UNIX) && text.length() > UNIX.length()) {
                return new Endpoint(text,
                        Optional.of(UnixDomainSocketAddress.of(context.resolve(text.substring(UNIX.length())))),
                        LOOPBACK, 0);
            }
            URI url = new URI(text);
            boolean isComplete = url.getHost() != null && url.getPort() > 0 && url.getPort() <= MAX_PORT
                    && text.matches("http://[^/?#@]+/?");
            if (isComplete) {
                return new Endpoint(url.getAuthority(), Optional.empty(), url.getHost(), url.getPort());
            }
        } catch (URISyntaxException | IllegalArgumentException e) { // also an invalid path
            throw settings.invalid(KEY, EXPECTED + ": " + e.getMessage());
        }
        throw settings.invalid(KEY, EXPECTED);
    }

    /** Returns the address to connect to. Blocks while the name is resolved. */
    SocketAddress address() throws IOException {
        if (socket.isPresent()) {
            return socket.get();
        }
        InetSocketAddress address = new InetSocketAddress(host.replaceAll("[\\[\\]]", ""), port);
        if (address.isUnresolved()) {
            throw new IOException("cannot resolve " + host);
        }
        return address;
    }

    /** Returns the value of the header {@code Host}, which the API ignores but HTTP requires. */
    String authority() {
        return socket.isPresent() ? "localhost" : text;
    }
}

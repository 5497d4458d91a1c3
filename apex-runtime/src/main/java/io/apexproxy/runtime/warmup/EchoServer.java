package io.apexproxy.runtime.warmup;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backend of this process that echoes all bytes, one connection after the other, and exchanges with it through a
 * proxy. For connections that make the JVM load and compile the proxy.
 */
public final class EchoServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final byte[] MESSAGE = "hello".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket server;

    /** Starts a server on a free port of 127.0.0.1. */
    public EchoServer() throws IOException {
        server = new ServerSocket(0, 0, InetAddress.getByName("127.0.0.1"));
        Thread thread = new Thread(this::echo, "apex-echo");
        thread.setDaemon(true);
        thread.start();
    }

    private void echo() {
        while (!server.isClosed()) {
            try (Socket connection = server.accept()) {
                connection.getInputStream().transferTo(connection.getOutputStream());
            } catch (IOException e) {
                LOG.trace("a health check has closed its connection, or the server is closed", e);
            }
        }
    }

    /** Returns the port on which it listens. */
    public int port() {
        return server.getLocalPort();
    }

    /**
     * Sends a message through a proxy of this server, and reads its echo. Blocks.
     *
     * @param proxy the address of a listener
     * @param timeoutMillis the longest wait for the connect and for the echo; 0: no limit
     * @throws IOException if an operation fails or the echo is incomplete
     */
    public static void exchange(SocketAddress proxy, int timeoutMillis) throws IOException {
        try (Socket client = new Socket()) {
            client.setSoTimeout(timeoutMillis);
            client.connect(proxy, timeoutMillis);
            client.getOutputStream().write(MESSAGE);
            client.shutdownOutput();
            int echoed = client.getInputStream().readAllBytes().length;
            if (echoed != MESSAGE.length) {
                throw new IOException("the trial connection failed: sent " + MESSAGE.length + " bytes, received "
                        + echoed);
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

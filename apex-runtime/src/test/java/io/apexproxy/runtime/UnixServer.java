package io.apexproxy.runtime;

import io.apexproxy.test.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A server on a Unix-domain socket that echoes data or does not accept. Closing it keeps the file. */
final class UnixServer implements AutoCloseable {

    private final ServerSocketChannel server;
    private final Path path;
    private CompletableFuture<Void> acceptor = CompletableFuture.completedFuture(null);

    private UnixServer(Path path, int backlog) {
        this.path = path;
        try {
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(path), backlog);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static UnixServer echo(Path path) {
        UnixServer server = new UnixServer(path, 1000);
        server.acceptor = Bytes.async(server::accept);
        return server;
    }

    /** Returns a server that does not accept. The kernel queues one connection more than the backlog. */
    static UnixServer deaf(Path path) {
        return new UnixServer(path, 1);
    }

    private Void accept() throws IOException {
        try {
            while (true) {
                SocketChannel connection = server.accept();
                Bytes.async(() -> {
                    try (connection) {
                        return Channels.newInputStream(connection).transferTo(Channels.newOutputStream(connection));
                    }
                });
            }
        } catch (ClosedChannelException e) {
            return null;
        }
    }

    /** Connects a client to a server. */
    static SocketChannel connect(Path path) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    /** Returns a stream that writes during a blocked read. The streams of {@code Channels} share a lock. */
    static OutputStream output(SocketChannel client) {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
                while (rest.hasRemaining()) {
                    client.write(rest);
                }
            }
        };
    }

    /** Returns the address in the format of the configuration. */
    String address() {
        return "unix:" + path;
    }

    /** Stops the server during a test. */
    void stop() {
        close();
    }

    @Override
    public void close() {
        try {
            server.close();
            Bytes.get(acceptor); // the kernel keeps the socket until accept has returned
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

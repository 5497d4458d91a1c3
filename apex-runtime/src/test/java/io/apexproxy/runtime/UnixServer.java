package io.apexproxy.runtime;

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

/** Listens on a file and sends back what it gets, or does not even accept. Closing it leaves the file. */
final class UnixServer implements AutoCloseable {

    private final ServerSocketChannel server;
    private final Path path;

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
        Bytes.async(server::accept);
        return server;
    }

    /** The kernel queues one connection beyond the backlog, and then no more. */
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

    /** A client of the server that listens there. */
    static SocketChannel connect(Path path) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    /** The channel's own stream would wait for a read that is under way: the two share a lock. */
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

    /** As the configuration has it. */
    String address() {
        return "unix:" + path;
    }

    /** Ends it in the middle of a test. */
    void stop() {
        close();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

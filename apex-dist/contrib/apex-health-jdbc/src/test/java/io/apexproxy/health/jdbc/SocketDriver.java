package io.apexproxy.health.jdbc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** Connections that send the statement as a line and read one line, the only value of the result. */
final class SocketDriver {

    private static final int MAX_LINE = 100;

    private SocketDriver() {
    }

    static Connection connect(String url, Properties properties) throws SQLException {
        URI uri = URI.create(url.substring("jdbc:".length()));
        try {
            SocketChannel channel = SocketChannel.open();
            try {
                channel.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
                return new FakeConnection(sql -> answer(channel, sql), () -> close(channel), () -> close(channel))
                        .open();
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new SQLException("The attempt to connect to " + uri.getHost() + " failed.\nCheck it.", "08001", e);
        }
    }

    private static Optional<List<Object>> answer(SocketChannel channel, String sql) throws SQLException {
        try {
            channel.write(StandardCharsets.UTF_8.encode(sql + "\n"));
            ByteBuffer line = ByteBuffer.allocate(MAX_LINE);
            while (line.position() == 0 || line.get(line.position() - 1) != '\n') {
                if (channel.read(line) < 0) {
                    throw new SQLException("The server has closed the connection.", "08006");
                }
            }
            return Optional.of(List.of(StandardCharsets.UTF_8.decode(line.flip()).toString().strip()));
        } catch (IOException e) {
            throw new SQLException("An I/O error occurred.", "08006", e);
        }
    }

    private static void close(SocketChannel channel) throws SQLException {
        try {
            channel.close();
        } catch (IOException e) {
            throw new SQLException(e);
        }
    }
}

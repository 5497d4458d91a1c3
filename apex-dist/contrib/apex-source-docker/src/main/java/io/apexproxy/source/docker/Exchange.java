package io.apexproxy.source.docker;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A request on a connection of its own, which is closed after a time limit. {@link #send} and the stream that it
 * returns block; the time limit and an interrupt end them with an exception.
 */
final class Exchange implements AutoCloseable {

    private final Endpoint endpoint;
    private final SocketChannel channel;
    private final Future<?> deadline;
    private volatile boolean isLate;

    /** Opens a socket, without a connection yet. The executor closes it after the limit. */
    Exchange(Endpoint endpoint, Duration limit, ScheduledExecutorService executor) throws IOException {
        this.endpoint = endpoint;
        this.channel = endpoint.socket().isPresent() ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
        this.deadline = executor.schedule(() -> {
            isLate = true;
            channel.close();
            return null;
        }, limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Connects and sends a request.
     *
     * @param target the path and the query
     * @return what the server sends
     */
    InputStream send(String target) throws IOException {
        try {
            channel.connect(endpoint.address());
        } catch (AsynchronousCloseException e) { // the time limit or an interrupt
            throw e;
        } catch (IOException e) {
            throw new IOException("cannot connect to " + endpoint.text() + ": " + e.getMessage(), e);
        }
        String request = "GET " + target + " HTTP/1.1\r\nHost: " + endpoint.authority()
                + "\r\nAccept: application/json\r\nConnection: close\r\n\r\n";
        for (ByteBuffer bytes = StandardCharsets.US_ASCII.encode(request); bytes.hasRemaining();) {
            channel.write(bytes);
        }
        return new BufferedInputStream(Channels.newInputStream(channel));
    }

    /** Returns whether the time limit has closed the connection. */
    boolean isLate() {
        return isLate;
    }

    @Override
    public void close() throws IOException {
        deadline.cancel(false);
        channel.close();
    }
}

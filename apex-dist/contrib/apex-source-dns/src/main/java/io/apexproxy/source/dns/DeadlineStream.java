package io.apexproxy.source.dns;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/** The input of a socket up to a deadline, so that a server that sends single bytes cannot extend the time. */
final class DeadlineStream extends InputStream {

    private final Socket socket;
    private final InputStream in;
    private final long endNanos;

    DeadlineStream(Socket socket, long endNanos) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.endNanos = endNanos;
    }

    @Override
    public int read() throws IOException {
        limit();
        return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        limit();
        return in.read(bytes, offset, length);
    }

    private void limit() throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        socket.setSoTimeout((int) left);
    }
}

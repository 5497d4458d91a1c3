package io.apexproxy.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client's connection through the proxy to a {@link NamedServer}. */
final class Conversation implements AutoCloseable {

    /** The result of {@link #ask} if there is no answer. */
    static final String CLOSED = "closed";
    private static final int PATIENCE_MILLIS = (int) TestProxy.PATIENCE.toMillis();
    private static final byte[] LINE = "?\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket = new Socket();
    private final BufferedReader lines;

    Conversation(InetSocketAddress address) throws IOException {
        socket.connect(address, PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Sends a line and returns the answer, the name of the backend. */
    String ask() {
        try {
            socket.getOutputStream().write(LINE);
            String answer = lines.readLine();
            return answer == null ? CLOSED : answer;
        } catch (IOException e) {
            return CLOSED;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

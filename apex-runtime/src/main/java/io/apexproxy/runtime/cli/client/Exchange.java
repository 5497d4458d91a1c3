package io.apexproxy.runtime.cli.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One HTTP request and its response, on a connection of its own, within a time limit. */
final class Exchange implements AutoCloseable {

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) [^\\r\\n]*\\r\\n");
    private static final Pattern LENGTH = Pattern.compile("(?i)\\r\\nContent-Length: *(\\d{1,9})\\r\\n");
    private static final String HEAD_END = "\r\n\r\n";
    private static final int STEP_BYTES = 64 * 1024;
    /** Far more than the status of 5,000 backends, which has 3 MB. */
    private static final int MAX_BYTES = 256 * 1024 * 1024;

    private final SocketChannel channel;
    private final Selector selector;
    private final long deadline;

    /**
     * A response.
     *
     * @param status the HTTP status code
     * @param body the body, decoded as UTF-8
     */
    record Reply(int status, String body) {
    }

    private Exchange(SocketAddress address, long timeoutMillis) throws IOException {
        deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        channel = address instanceof UnixDomainSocketAddress ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
        try {
            selector = Selector.open();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Sends a request and receives the response.
     *
     * @throws IOException if the server does not answer completely in time
     */
    static Reply run(SocketAddress address, String method, String target, String user, long timeoutMillis)
            throws IOException {
        try (Exchange exchange = new Exchange(address, timeoutMillis)) {
            exchange.connect(address);
            exchange.send(method + " " + target + " HTTP/1.1\r\nHost: " + host(address) + "\r\nApex-User: "
                    + user.replaceAll("[^ -~]", "?") + "\r\n\r\n");
            return exchange.receive();
        }
    }

    private static String host(SocketAddress address) {
        return address instanceof InetSocketAddress internet ? "localhost:" + internet.getPort() : "localhost";
    }

    private void connect(SocketAddress address) throws IOException {
        channel.configureBlocking(false);
        if (!channel.connect(address)) {
            await(SelectionKey.OP_CONNECT);
            channel.finishConnect();
        }
    }

    private void send(String request) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    private Reply receive() throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        ByteBuffer step = ByteBuffer.allocate(STEP_BYTES);
        for (int count = channel.read(step); count >= 0; count = channel.read(step.clear())) {
            if (count == 0) {
                await(SelectionKey.OP_READ);
            }
            received.write(step.array(), 0, step.position());
            if (received.size() > MAX_BYTES) {
                throw new IOException("the answer has more than " + MAX_BYTES + " bytes");
            }
        }
        return reply(received.toByteArray());
    }

    static Reply reply(byte[] received) throws IOException {
        String text = new String(received, StandardCharsets.ISO_8859_1);
        int end = text.indexOf(HEAD_END);
        Matcher status = STATUS.matcher(text);
        if (end < 0 || !status.lookingAt()) {
            throw new IOException(received.length == 0 ? "the connection was closed without an answer"
                    : "the answer is not HTTP");
        }
        int start = end + HEAD_END.length();
        Matcher length = LENGTH.matcher(text.substring(0, start));
        if (!length.find() || Integer.parseInt(length.group(1)) != received.length - start) {
            throw new IOException("the answer is not complete");
        }
        return new Reply(Integer.parseInt(status.group(1)),
                new String(received, start, received.length - start, StandardCharsets.UTF_8));
    }

    private void await(int operation) throws IOException {
        channel.register(selector, operation);
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (millis <= 0) {
            throw new SocketTimeoutException("no answer in time");
        }
        selector.select(millis);
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}

package io.apexproxy.source.docker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URLDecoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A daemon that answers with what a test sets: a list of containers, a list of those that are not healthy, and events.
 * Listens on a UNIX socket or on a port. Can be used from any thread.
 */
final class StubDocker implements AutoCloseable {

    private static final String EVENTS_HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String CLOSING_HEAD = "Connection: close\r\nContent-Type: application/json\r\n";

    /**
     * An answer.
     *
     * @param text the bytes
     * @param staysOpen whether the connection stays open after them, until the client closes it
     */
    record Reply(String text, boolean staysOpen) {

        /** A complete answer with a body. */
        static Reply of(String status, String body) {
            return new Reply("HTTP/1.1 " + status + "\r\n" + CLOSING_HEAD + "Content-Length: "
                    + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body, false);
        }

        /** A complete answer in chunks of seven bytes. */
        static Reply chunked(String body) {
            String chunks = Stream.of(body.split("(?<=\\G.{7})"))
                    .map(part -> Integer.toHexString(part.length()) + "\r\n" + part + "\r\n")
                    .collect(Collectors.joining());
            return new Reply("HTTP/1.1 200 OK\r\n" + CLOSING_HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunks
                    + "0\r\n\r\n", false);
        }
    }

    /** The targets of the requests, decoded. */
    final List<String> targets = new CopyOnWriteArrayList<>();
    private final SocketAddress address;
    private final Set<SocketChannel> channels = ConcurrentHashMap.newKeySet();
    private final Set<SocketChannel> streams = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private ServerSocketChannel server;
    private volatile Reply list = Reply.of("200 OK", "[]");
    private volatile Reply notHealthy = Reply.of("200 OK", "[]");
    private volatile Reply events = new Reply(EVENTS_HEAD, true);

    private StubDocker(SocketAddress wanted) {
        server = listening(wanted);
        try {
            address = server.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static StubDocker onSocket(Path socket) {
        return new StubDocker(UnixDomainSocketAddress.of(socket));
    }

    static StubDocker onPort() {
        return new StubDocker(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Returns the setting {@code endpoint}. */
    String endpoint() {
        return address instanceof InetSocketAddress port ? "http://127.0.0.1:" + port.getPort() : "unix://" + address;
    }

    /** Returns a container in the list: with the label {@code apex.pool=web}, and port 80 published at an address. */
    static String container(String name, String published, String... labels) {
        int colon = published.lastIndexOf(':');
        String all = Stream.concat(Stream.of("apex.pool=web"), Stream.of(labels)).map(label -> label.split("=", 2))
                .map(label -> '"' + label[0] + "\": \"" + label[1] + '"').collect(Collectors.joining(", "));
        return """
                {"Id": "id-of-%s", "Names": ["/%s"], "Labels": {%s}, "Ports":
                 [{"IP": "%s", "PrivatePort": 80, "PublicPort": %s, "Type": "tcp"}]}
                """.formatted(name, name, all, published.substring(0, colon), published.substring(colon + 1))
                .replace("\n", "");
    }

    void list(String... containers) {
        list(Reply.chunked(Stream.of(containers).collect(Collectors.joining(",", "[", "]"))));
    }

    void list(Reply reply) {
        list = reply;
    }

    void notHealthy(String... containers) {
        notHealthy(Reply.of("200 OK", Stream.of(containers).collect(Collectors.joining(",", "[", "]"))));
    }

    void notHealthy(Reply reply) {
        notHealthy = reply;
    }

    void events(Reply reply) {
        events = reply;
    }

    /** Returns the number of open streams of events. */
    int streams() {
        return streams.size();
    }

    /** Sends an event to all streams. */
    void emit(String event) {
        String chunk = Integer.toHexString(event.length()) + "\r\n" + event + "\r\n";
        streams.forEach(stream -> write(stream, chunk));
    }

    /** Cuts all streams of events. */
    void cut() {
        streams.forEach(StubDocker::close);
    }

    /** Stops listening and closes all connections. */
    void stop() {
        try {
            server.close();
            if (address instanceof UnixDomainSocketAddress socket) {
                Files.deleteIfExists(socket.getPath());
            }
            channels.forEach(StubDocker::close);
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Listens again at the same address. */
    void restart() {
        server = listening(address);
    }

    @Override
    public void close() {
        stop();
    }

    private ServerSocketChannel listening(SocketAddress at) {
        try {
            ServerSocketChannel listening = at instanceof InetSocketAddress ? ServerSocketChannel.open()
                    : ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            listening.bind(at);
            run(() -> accept(listening));
            return listening;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(Runnable task) {
        Thread thread = new Thread(task, "docker");
        threads.add(thread);
        thread.start();
    }

    private void accept(ServerSocketChannel listening) {
        try {
            while (true) {
                SocketChannel channel = listening.accept();
                channels.add(channel);
                run(() -> serve(channel));
            }
        } catch (IOException e) {
            channels.forEach(StubDocker::close); // the test has stopped the server
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            BufferedReader reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII));
            String target = URLDecoder.decode(reader.readLine().split(" ")[1], StandardCharsets.UTF_8);
            String header = reader.readLine();
            while (!header.isEmpty()) {
                header = reader.readLine();
            }
            targets.add(target);
            Reply reply = target.startsWith("/events") ? events : target.contains("\"health\"") ? notHealthy : list;
            write(channel, reply.text());
            if (reply.staysOpen()) {
                if (target.startsWith("/events")) {
                    streams.add(channel);
                }
                reader.readLine(); // until the client closes
            }
        } catch (IOException e) {
            targets.add("closed"); // by the client or by the test
        } finally {
            streams.remove(channel);
            channels.remove(channel);
        }
    }

    private static void write(SocketChannel channel, String text) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            close(channel); // the client has closed it
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.apexproxy.runtime.engine.loop;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannel;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A provider with one group, and plain sockets as peers of its channels; closes all of them. */
final class Net implements AutoCloseable {
    static final String THREAD = "channels-under-test";

    private static final long LONGEST_SHUTDOWN_SECONDS = 20;

    /** Time after which a read of a plain socket fails the test. */
    private static final int LONGEST_READ_MILLIS = 20_000;

    private static final int SMALL_BUFFER = 4096;

    private final AsynchronousChannelProvider provider;
    private final AsynchronousChannelGroup group;
    private final List<Closeable> plain = new ArrayList<>();

    Net(Implementation implementation) {
        try {
            provider = implementation.newProvider();
            group = Implementation.newGroup(provider, THREAD);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    AsynchronousChannelProvider provider() {
        return provider;
    }

    AsynchronousChannelGroup group() {
        return group;
    }

    /** Returns the group as a {@link LoopGroup}. */
    LoopGroup loop() {
        return (LoopGroup) group;
    }

    AsynchronousSocketChannel open() throws IOException {
        return provider.openAsynchronousSocketChannel(group);
    }

    AsynchronousServerSocketChannel server() throws IOException {
        return provider.openAsynchronousServerSocketChannel(group);
    }

    AsynchronousServerSocketChannel boundServer() throws IOException {
        return server().bind(loopback(0));
    }

    /** Returns a channel of the group and the plain socket that it is connected to. */
    Pair connected() throws IOException {
        try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return connectedTo(listening);
        }
    }

    /** Returns a channel and its plain socket, with send and receive buffers of a few thousand bytes. */
    Pair connectedWithSmallBuffers() throws IOException {
        try (var listening = new ServerSocket()) {
            listening.setReceiveBufferSize(SMALL_BUFFER);
            listening.bind(loopback(0), 1);
            var pair = connectedTo(listening);
            pair.channel.setOption(StandardSocketOptions.SO_SNDBUF, SMALL_BUFFER);
            return pair;
        }
    }

    private Pair connectedTo(ServerSocket listening) throws IOException {
        var channel = open();
        var connect = new Completion<Void>();
        channel.connect(listening.getLocalSocketAddress(), null, connect);
        var socket = keep(listening.accept());
        socket.setSoTimeout(LONGEST_READ_MILLIS);
        connect.result();
        return new Pair(channel, socket);
    }

    /** Returns two channels of the group that are connected to each other. */
    AsynchronousSocketChannel[] connectedChannels() throws IOException {
        var listening = boundServer();
        var accept = new Completion<AsynchronousSocketChannel>();
        listening.accept(null, accept);
        var client = open();
        var connect = new Completion<Void>();
        client.connect(listening.getLocalAddress(), null, connect);
        connect.result();
        var accepted = accept.result();
        listening.close();
        return new AsynchronousSocketChannel[] {client, accepted};
    }

    /** Returns the address of a listening socket with a full backlog: a connect to it stays pending. */
    InetSocketAddress silentAddress() throws IOException {
        var listening = keep(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        var address = (InetSocketAddress) listening.getLocalSocketAddress();
        for (boolean full = false; !full;) {
            var filler = keep(SocketChannel.open());
            filler.configureBlocking(false);
            filler.connect(address);
            full = !filler.finishConnect();
        }
        return address;
    }

    /** Returns an address without a listener. */
    static InetSocketAddress refusingAddress() throws IOException {
        try (var gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return (InetSocketAddress) gone.getLocalSocketAddress();
        }
    }

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    Socket connectTo(AsynchronousServerSocketChannel server) throws IOException {
        var address = (InetSocketAddress) server.getLocalAddress();
        var socket = keep(new Socket(address.getAddress(), address.getPort()));
        socket.setSoTimeout(LONGEST_READ_MILLIS);
        return socket;
    }

    <C extends Closeable> C keep(C closeable) {
        plain.add(closeable);
        return closeable;
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    static String text(ByteBuffer read) {
        return StandardCharsets.US_ASCII.decode(read.flip()).toString();
    }

    static void reset(Socket socket) throws IOException {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        socket.close();
    }

    static void closeAll(AsynchronousChannel... channels) throws IOException {
        for (var channel : channels) {
            channel.close();
        }
    }

    /** Returns the open sockets of this process. Linux only. */
    static List<String> sockets() {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.map(Net::target).filter(target -> target.startsWith("socket:")).toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        for (var closeable : plain) {
            closeable.close();
        }
        group.shutdownNow();
        try {
            if (!group.awaitTermination(LONGEST_SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the group did not terminate");
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    record Pair(AsynchronousSocketChannel channel, Socket socket) {
    }
}

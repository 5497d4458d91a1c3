package io.apexproxy.runtime.engine.linux;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds the descriptor of a listening socket that the process has inherited. Java has no method that returns it. The
 * search compares the bound addresses of the listening sockets of this process.
 */
public final class InheritedDescriptor {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String SOCKET = "socket:";
    private static final int SOL_SOCKET = 1;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_DOMAIN = 39;

    private InheritedDescriptor() {
    }

    /**
     * Returns the socket of a channel, which the caller must not close.
     *
     * @throws IOException if the process has no listening socket with the address of the channel
     */
    public static NativeSocket find(SystemCalls calls, ServerSocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        SocketAddress address = channel.getLocalAddress();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path each : descriptors) {
                int descriptor = Integer.parseInt(each.getFileName().toString());
                if (isSocket(each) && isListening(calls, descriptor)) {
                    NativeSocket socket = new NativeSocket(descriptor, option(calls, descriptor, SO_DOMAIN));
                    if (address.equals(socket.localAddress(calls))) {
                        return socket;
                    }
                }
            }
        }
        throw new IOException("no descriptor found for the inherited socket " + address);
    }

    /** Returns the listening socket of a descriptor, which the caller must not close. */
    public static NativeSocket of(SystemCalls calls, int descriptor) throws IOException {
        return new NativeSocket(descriptor, NativeSocket.requireSocket(option(calls, descriptor, SO_DOMAIN)));
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith(SOCKET);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private static boolean isListening(SystemCalls calls, int descriptor) {
        return option(calls, descriptor, SO_ACCEPTCONN) > 0;
    }

    private static int option(SystemCalls calls, int descriptor, int name) {
        return option(calls, descriptor, SOL_SOCKET, name);
    }

    /** Returns the number that is the value of an option, or the negated error number. */
    static int option(SystemCalls calls, int descriptor, int level, int name) {
        int queried = calls.queryOption(descriptor, level, name);
        return queried < 0 ? queried : calls.optionValue(0);
    }
}

package io.apexproxy.runtime.relay;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;

/**
 * How much of what was written to a connection its other end has not acknowledged yet. No socket option that Java knows
 * tells it, but Linux lists all TCP connections of the network namespace in two text tables.
 *
 * <p>A line of them, of which the addresses are words in the machine's byte order and all figures are hexadecimal:
 * <pre>   0: 0100007F:1F91 0100007F:C350 01 00000000:00000000 00:00000000 ...</pre>
 * that is: a number, local and remote address, state, unacknowledged and unread bytes.
 */
final class SendQueues {

    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    /** From the remote address to the unacknowledged bytes: a blank, two digits of the state, a blank. */
    private static final int STATE_LENGTH = 4;
    private static final int FIGURE_LENGTH = 8;
    private static final int PORT_LENGTH = 5;
    private static final int HEXADECIMAL = 16;
    private static final int IPV4_BYTES = 4;
    /** RFC 4291, 2.5.5.2: how a socket for both protocols holds an IPv4 address. */
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};

    private SendQueues() {
    }

    /** Whether the system tells it. */
    static boolean areKnown() {
        return Files.isReadable(TABLES.get(0));
    }

    /** Enters a connection into a map under each form that a table may have it in. */
    static <T> void enter(Map<String, T> connections, InetSocketAddress local, InetSocketAddress remote, T value) {
        byte[] ours = local.getAddress().getAddress();
        byte[] theirs = remote.getAddress().getAddress();
        if (ours.length == IPV4_BYTES && theirs.length == IPV4_BYTES) {
            connections.put(key(ours, local.getPort(), theirs, remote.getPort()), value);
        }
        connections.put(key(mapped(ours), local.getPort(), mapped(theirs), remote.getPort()), value);
    }

    private static byte[] mapped(byte[] address) {
        return address.length > IPV4_BYTES
                ? address : ByteBuffer.allocate(MAPPED.length + IPV4_BYTES).put(MAPPED).put(address).array();
    }

    private static String key(byte[] local, int localPort, byte[] remote, int remotePort) {
        return text(local, localPort) + ' ' + text(remote, remotePort);
    }

    private static String text(byte[] address, int port) {
        ByteBuffer words = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder());
        StringBuilder text = new StringBuilder();
        while (words.hasRemaining()) {
            text.append(String.format("%08X", words.getInt()));
        }
        return text.append(String.format(":%04X", port)).toString();
    }

    /**
     * Looks through the tables. Takes a millisecond for some thousands of connections, so it is not for a loop's
     * thread.
     *
     * @param connections which to look for
     * @param found is told of each that is there, and how many bytes of it are not acknowledged
     */
    static <T> void look(Map<String, T> connections, ObjLongConsumer<T> found) throws IOException {
        for (Path table : TABLES) {
            if (Files.isReadable(table)) { // there is no second one where IPv6 is off
                try (BufferedReader lines = Files.newBufferedReader(table, StandardCharsets.ISO_8859_1)) {
                    lines.readLine(); // the heading
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                        look(line, connections, found);
                    }
                }
            }
        }
    }

    static <T> void look(String line, Map<String, T> connections, ObjLongConsumer<T> found) {
        int start = line.indexOf(':') + 2;
        int end = line.indexOf(':', line.indexOf(' ', start)) + PORT_LENGTH;
        T connection = connections.get(line.substring(start, end));
        if (connection != null) {
            int figure = end + STATE_LENGTH;
            found.accept(connection, Long.parseLong(line, figure, figure + FIGURE_LENGTH, HEXADECIMAL));
        }
    }
}

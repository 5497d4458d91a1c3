package io.apexproxy.runtime.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/**
 * The kernel's tables of TCP connections. They contain the number of unacknowledged bytes of each connection, for which
 * Java has no socket option. Linux lists all TCP connections of the network namespace in two text files.
 *
 * <p>A line contains a number, the local and the remote address, the state, and the unacknowledged and unread bytes:
 * <pre>   0: 0100007F:1F91 0100007F:C350 01 00000000:00000000 00:00000000 ...</pre>
 * Addresses are words in the machine's byte order. All numbers are hexadecimal.
 *
 * @see <a href="https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt">proc_net_tcp.txt</a>
 */
public final class TcpTable {

    static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    /** Characters between the remote address and the unacknowledged bytes: a space, two digits of state, a space. */
    private static final int STATE_LENGTH = 4;
    private static final int NUMBER_LENGTH = 8;
    private static final int PORT_LENGTH = 5;
    private static final int HEXADECIMAL = 16;
    private static final int IPV4_BYTES = 4;
    /** The prefix of an IPv4 address of a dual-stack socket. RFC 4291, 2.5.5.2. */
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};

    /** Lines read without a pause; reading them takes about a millisecond. */
    private static final int LINES_PER_PIECE = 512;

    private TcpTable() {
    }

    /** A pause between the pieces of a scan. */
    @FunctionalInterface
    public interface Pacer {

        /**
         * Pauses the scanning thread.
         *
         * @param nanos the duration of the last piece, in nanoseconds
         */
        void pause(long nanos) throws InterruptedException;
    }

    /** Returns whether the system has these tables and they are readable. */
    public static boolean isReadable() {
        return Files.isReadable(TABLES.get(0));
    }

    /**
     * Adds a connection to a map, under each text that a table can contain for it.
     *
     * @param connections the map, an argument of {@link #scan}
     * @param local the local address of the connection
     * @param remote the remote address of the connection
     * @param value the value that identifies the connection
     */
    public static <T> void enter(Map<String, T> connections, InetSocketAddress local, InetSocketAddress remote,
            T value) {
        byte[] localBytes = local.getAddress().getAddress();
        byte[] remoteBytes = remote.getAddress().getAddress();
        if (localBytes.length == IPV4_BYTES && remoteBytes.length == IPV4_BYTES) {
            connections.put(key(localBytes, local.getPort(), remoteBytes, remote.getPort()), value);
        }
        connections.put(key(mapped(localBytes), local.getPort(), mapped(remoteBytes), remote.getPort()), value);
    }

    static byte[] mapped(byte[] address) {
        return address.length > IPV4_BYTES
                ? address : ByteBuffer.allocate(MAPPED.length + IPV4_BYTES).put(MAPPED).put(address).array();
    }

    private static String key(byte[] local, int localPort, byte[] remote, int remotePort) {
        return text(local, localPort) + ' ' + text(remote, remotePort);
    }

    /** Returns an address in the format of the tables. */
    static String text(byte[] address, int port) {
        ByteBuffer words = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder());
        StringBuilder text = new StringBuilder();
        while (words.hasRemaining()) {
            text.append(String.format("%08X", words.getInt()));
        }
        return text.append(String.format(":%04X", port)).toString();
    }

    /**
     * Reads the tables in pieces until all connections are found. Blocks.
     *
     * @param connections the connections to find
     * @param found receives each connection that is found and the number of its unacknowledged bytes
     * @param pacer called after each piece
     */
    public static <T> void scan(Map<String, T> connections, ObjLongConsumer<T> found, Pacer pacer)
            throws IOException, InterruptedException {
        Set<T> missing = new HashSet<>(connections.values());
        for (Path table : TABLES) {
            if (!missing.isEmpty() && Files.isReadable(table)) { // the second table is missing without IPv6
                try (BufferedReader lines = Files.newBufferedReader(table, StandardCharsets.ISO_8859_1)) {
                    lines.readLine(); // the heading
                    scan(lines, line -> scan(line, connections, (connection, bytes) -> {
                        missing.remove(connection);
                        found.accept(connection, bytes);
                    }), missing::isEmpty, pacer);
                }
            }
        }
    }

    private static void scan(BufferedReader lines, Consumer<String> action, BooleanSupplier done, Pacer pacer)
            throws IOException, InterruptedException {
        long started = System.nanoTime();
        int count = 0;
        for (String line = lines.readLine(); line != null && !done.getAsBoolean(); line = lines.readLine()) {
            action.accept(line);
            if (++count % LINES_PER_PIECE == 0) {
                pacer.pause(System.nanoTime() - started);
                started = System.nanoTime();
            }
        }
    }

    static <T> void scan(String line, Map<String, T> connections, ObjLongConsumer<T> found) {
        int start = line.indexOf(':') + 2;
        int end = line.indexOf(':', line.indexOf(' ', start)) + PORT_LENGTH;
        T connection = connections.get(line.substring(start, end));
        if (connection != null) {
            int number = end + STATE_LENGTH;
            found.accept(connection, Long.parseLong(line, number, number + NUMBER_LENGTH, HEXADECIMAL));
        }
    }
}

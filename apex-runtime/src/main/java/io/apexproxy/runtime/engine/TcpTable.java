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
 * The system's list of TCP connections, which tells how many of the bytes that were written to a connection its peer
 * has not acknowledged. No socket option of Java tells it, but Linux lists all TCP connections of the network namespace
 * in two text tables.
 *
 * <p>A line of them, of which the addresses are words in the machine's byte order and all figures are hexadecimal:
 * <pre>   0: 0100007F:1F91 0100007F:C350 01 00000000:00000000 00:00000000 ...</pre>
 * that is: a number, local and remote address, state, unacknowledged and unread bytes. See proc_net_tcp.txt in the
 * documentation of Linux.
 */
public final class TcpTable {

    static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    /** From the remote address to the unacknowledged bytes: a blank, two digits of the state, a blank. */
    private static final int STATE_LENGTH = 4;
    private static final int FIGURE_LENGTH = 8;
    private static final int PORT_LENGTH = 5;
    private static final int HEXADECIMAL = 16;
    private static final int IPV4_BYTES = 4;
    /** RFC 4291, 2.5.5.2: how a socket for both protocols holds an IPv4 address. */
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};

    /** Lines read without a pause: about a millisecond. */
    private static final int LINES_PER_PIECE = 512;

    private TcpTable() {
    }

    /** Pauses between pieces of a scan. */
    @FunctionalInterface
    public interface Pacer {

        /**
         * Waits.
         *
         * @param nanos the time that the last piece took, in nanoseconds
         */
        void pause(long nanos) throws InterruptedException;
    }

    /** Returns whether the system has the list. */
    public static boolean isReadable() {
        return Files.isReadable(TABLES.get(0));
    }

    /**
     * Enters a connection into a map under each form that a table may have it in.
     *
     * @param connections the map, which {@link #scan} takes
     * @param local our end
     * @param remote its other end
     * @param value what is found
     */
    public static <T> void enter(Map<String, T> connections, InetSocketAddress local, InetSocketAddress remote,
            T value) {
        byte[] ours = local.getAddress().getAddress();
        byte[] theirs = remote.getAddress().getAddress();
        if (ours.length == IPV4_BYTES && theirs.length == IPV4_BYTES) {
            connections.put(key(ours, local.getPort(), theirs, remote.getPort()), value);
        }
        connections.put(key(mapped(ours), local.getPort(), mapped(theirs), remote.getPort()), value);
    }

    static byte[] mapped(byte[] address) {
        return address.length > IPV4_BYTES
                ? address : ByteBuffer.allocate(MAPPED.length + IPV4_BYTES).put(MAPPED).put(address).array();
    }

    private static String key(byte[] local, int localPort, byte[] remote, int remotePort) {
        return text(local, localPort) + ' ' + text(remote, remotePort);
    }

    /** Returns an address as the tables have it. */
    static String text(byte[] address, int port) {
        ByteBuffer words = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder());
        StringBuilder text = new StringBuilder();
        while (words.hasRemaining()) {
            text.append(String.format("%08X", words.getInt()));
        }
        return text.append(String.format(":%04X", port)).toString();
    }

    /**
     * Reads the tables, in pieces, until all connections are found. Blocks.
     *
     * @param connections to be found
     * @param found receives each that is found, and how many bytes of it are not acknowledged
     * @param pacer is called after each piece
     */
    public static <T> void scan(Map<String, T> connections, ObjLongConsumer<T> found, Pacer pacer)
            throws IOException, InterruptedException {
        Set<T> missing = new HashSet<>(connections.values());
        for (Path table : TABLES) {
            if (!missing.isEmpty() && Files.isReadable(table)) { // without IPv6 there is no second one
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
            int figure = end + STATE_LENGTH;
            found.accept(connection, Long.parseLong(line, figure, figure + FIGURE_LENGTH, HEXADECIMAL));
        }
    }
}

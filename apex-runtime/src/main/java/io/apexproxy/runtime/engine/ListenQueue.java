package io.apexproxy.runtime.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Measures the accept queues of listening sockets: connections that the kernel has established and the process has not
 * accepted yet. Linux reports the length of the queue as the unread bytes of the listening socket, in the tables of
 * {@link TcpTable}.
 */
public final class ListenQueue {

    private static final String LISTENING = "0A";
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int QUEUES = 4;
    private static final int HEXADECIMAL = 16;
    private static final byte[] ALL_IPV6 = new byte[16];

    private ListenQueue() {
    }

    /**
     * Returns the number of connections in the accept queues of these addresses. Reads files in {@code /proc}, which
     * takes less than a millisecond because the tables list listening sockets first.
     *
     * @param addresses the addresses of listening sockets; addresses that are not TCP addresses are ignored
     * @return 0 if the system does not report the length
     */
    public static long length(Collection<? extends SocketAddress> addresses) {
        Set<String> texts = new HashSet<>();
        for (SocketAddress address : addresses) {
            if (address instanceof InetSocketAddress internet && !internet.isUnresolved()) {
                byte[] bytes = internet.getAddress().getAddress();
                texts.add(TcpTable.text(bytes, internet.getPort()));
                texts.add(TcpTable.text(internet.getAddress().isAnyLocalAddress() ? ALL_IPV6 : TcpTable.mapped(bytes),
                        internet.getPort()));
            }
        }
        long length = 0;
        try {
            for (Path table : TcpTable.TABLES) {
                length += Files.isReadable(table) ? length(table, texts) : 0;
            }
        } catch (IOException e) { // for example because no descriptor is left
            return length;
        }
        return length;
    }

    private static long length(Path table, Set<String> texts) throws IOException {
        long length = 0;
        try (BufferedReader lines = Files.newBufferedReader(table, StandardCharsets.ISO_8859_1)) {
            lines.readLine(); // the heading
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.strip().split(" +");
                if (!fields[STATE].equals(LISTENING)) {
                    break;
                }
                if (texts.contains(fields[LOCAL])) {
                    String unread = fields[QUEUES].substring(fields[QUEUES].indexOf(':') + 1);
                    length += Long.parseLong(unread, HEXADECIMAL);
                }
            }
        }
        return length;
    }
}

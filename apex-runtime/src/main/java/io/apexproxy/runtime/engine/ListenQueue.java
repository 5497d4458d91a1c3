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
 * The connections that the kernel has completed and that wait to be accepted. Linux shows them in the tables of
 * {@link TcpTable}: the unread bytes of a socket that listens are the length of its queue.
 */
public final class ListenQueue {

    private static final String LISTENING = "0A";
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int FIGURES = 4;
    private static final int HEXADECIMAL = 16;
    private static final byte[] ALL_IPV6 = new byte[16];

    private ListenQueue() {
    }

    /**
     * Returns how many connections wait for sockets that listen on one of the addresses. Reads files of the system,
     * which takes less than a millisecond, as the tables begin with the sockets that listen.
     *
     * @param addresses of sockets; those that are no TCP addresses are ignored
     * @return 0 where the system does not show it
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
        } catch (IOException e) { // for lack of a descriptor, for instance
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
                    String unread = fields[FIGURES].substring(fields[FIGURES].indexOf(':') + 1);
                    length += Long.parseLong(unread, HEXADECIMAL);
                }
            }
        }
        return length;
    }
}

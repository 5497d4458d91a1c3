package io.apexproxy.dist.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for configurations with several listeners, which the log does not tell apart by name. */
public final class FreePorts {

    /** Below the ports that systems give to whoever asks for any: nobody gets one of these by chance meanwhile. */
    private static final int FIRST = 10_000;
    private static final int LAST = 30_000;

    private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();

    private FreePorts() {
    }

    /** A port that nobody listens on, and that no other call returns. */
    public static int next() {
        int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
        while (!isFree(port) || !TAKEN.add(port)) {
            port = port < LAST ? port + 1 : FIRST;
        }
        return port;
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false; // it is somebody's
        }
    }
}

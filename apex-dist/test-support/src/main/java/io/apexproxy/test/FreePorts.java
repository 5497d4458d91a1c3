package io.apexproxy.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Allocates free ports for configurations with several listeners, because log lines do not contain their names. */
public final class FreePorts {

    /** The number of this process among those that run tests at the same time, from 1 on. */
    private static final int PROCESS = Integer.getInteger("surefire.forkNumber", 1);
    /** Each of these processes has ports of its own, so that two of them do not take one at the same time. */
    private static final int PORTS = 5_000;
    /** Up to four processes are below the ephemeral ports, so that the system assigns no port to another socket. */
    private static final int FIRST = 10_000 + (PROCESS - 1) * PORTS;
    private static final int LAST = FIRST + PORTS - 1;

    private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();

    private FreePorts() {
    }

    /** Returns a port without a listener; no other call returns the same port. */
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
            return false; // in use
        }
    }
}

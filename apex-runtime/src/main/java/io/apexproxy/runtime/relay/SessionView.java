package io.apexproxy.runtime.relay;

import java.net.SocketAddress;

/**
 * An open session at one moment.
 *
 * @param id its identifier
 * @param listener the name of its listener
 * @param client the address of the client
 * @param pool the name of its pool; empty if none is chosen
 * @param backend the name of the backend that is connected or tried; empty if there is none
 * @param state {@code opening}, {@code connecting}, {@code relaying}, {@code half-closed} or {@code resetting}
 * @param ageNanos the time since the accept
 * @param idleNanos the time since the last byte; before the backend is connected the age
 * @param bytesFromClient the number of bytes received from the client
 * @param bytesFromBackend the number of bytes received from the backend
 * @param bytesPerSecond the bytes received from both sides per second, over half a second
 */
public record SessionView(SessionId id, String listener, SocketAddress client, String pool, String backend,
        String state, long ageNanos, long idleNanos, long bytesFromClient, long bytesFromBackend,
        long bytesPerSecond) {
}

package io.apexproxy.runtime.relay;

import io.apexproxy.api.ConnectionInfo;
import java.net.SocketAddress;

/**
 * The facts about a client's connection, as plugins see them.
 *
 * @param client the client's address
 * @param local the address that the client connected to
 * @param listener the name of the listener
 */
record Connection(SocketAddress client, SocketAddress local, String listener) implements ConnectionInfo {
}

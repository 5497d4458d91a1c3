package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An address of a listener.
 *
 * @param listener the listener
 * @param index the index of the address in the configuration of the listener
 * @param key identifies its socket
 */
public record ListenAddress(ListenerConfig listener, int index, SocketKey key) {

    private static final int ANY_PORT = 0;
    private static final int NO_PORT = -1;

    /**
     * The identity of a socket: its address, independent of the listener. A socket with port 0 additionally belongs to
     * its listener, because each such address gets a different port.
     *
     * @param address from the configuration
     * @param owner the listener and the index of the address, for port 0; else empty
     */
    public record SocketKey(Address address, String owner) {
        /** Returns the identities of the sockets of a listener, in the order of its addresses. */
        public static List<SocketKey> of(ListenerConfig listener) {
            List<Address> addresses = listener.addresses();
            return IntStream.range(0, addresses.size()).mapToObj(index -> new SocketKey(addresses.get(index),
                    port(addresses.get(index)) == ANY_PORT ? listener.name() + "/" + index : "")).toList();
        }
    }

    /** Returns the addresses of a listener. */
    public static Stream<ListenAddress> of(ListenerConfig listener) {
        List<SocketKey> keys = SocketKey.of(listener);
        return IntStream.range(0, keys.size()).mapToObj(index -> new ListenAddress(listener, index, keys.get(index)));
    }

    /** Returns the address. */
    public Address address() {
        return key.address();
    }

    /** Returns the port; a negative number if the address has none. */
    public static int port(Address address) {
        return address instanceof HostPort internet ? internet.port() : NO_PORT;
    }
}

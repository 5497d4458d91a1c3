package io.apexproxy.health.probe;

import io.apexproxy.api.Backend;
import io.apexproxy.api.Settings;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Optional;

/**
 * The setting {@code port} of a health check: the port that its probes connect to.
 *
 * @param number 1 to 65535, or 0 for the port of each backend
 * @since 0.2
 */
public record ProbePort(int number) {

    /** The port of each backend. */
    public static final ProbePort OF_BACKEND = new ProbePort(0);

    private static final int MAX_PORT = 65_535;

    /**
     * Reads the setting {@code port}.
     *
     * @param settings the settings of the health check
     * @return the port; that of the backend if the setting is missing
     */
    public static ProbePort from(Settings settings) {
        return new ProbePort((int) settings.integer("port", 1, MAX_PORT, OF_BACKEND.number));
    }

    /** Returns the reason why this backend cannot be probed, if there is one. */
    Optional<String> mistake(Backend backend) {
        if (backend.address() instanceof UnixDomainSocketAddress file) {
            return equals(OF_BACKEND) ? Optional.empty()
                    : Optional.of("unix:" + file + " has no port: leave port out of the health check");
        }
        if (!(backend.address() instanceof InetSocketAddress address)) {
            return Optional.of("unsupported kind of address: " + backend.address());
        }
        return address.isUnresolved() ? Optional.of("unresolved address: " + address.getHostString())
                : Optional.empty();
    }

    /** Returns the address to connect to, for a backend without {@link #mistake}. */
    SocketAddress addressOf(Backend backend) {
        return backend.address() instanceof InetSocketAddress address && !equals(OF_BACKEND)
                ? new InetSocketAddress(address.getAddress(), number) : backend.address();
    }
}

package io.apexproxy.runtime.config;

import io.apexproxy.runtime.config.address.Address;
import java.util.Locale;

/**
 * The validated configuration of a backend.
 *
 * @param name the configured name; the address as written if there is none
 * @param address the address to connect to
 * @param weight the share of new connections; 0 takes the backend out of rotation and lets its connections finish
 * @param maxConnections limit of concurrent connections; 0 means no limit
 * @param state whether the backend is in service
 * @param backup whether the backend is used only while no other backend of the pool can accept a connection
 */
public record BackendConfig(String name, Address address, int weight, int maxConnections, State state,
        boolean backup) {

    /** The largest weight, that of HAProxy. */
    public static final int MAX_WEIGHT = 256;

    /** Creates a backend in service that is not a backup. */
    public BackendConfig(String name, Address address, int weight, int maxConnections) {
        this(name, address, weight, maxConnections, State.ACTIVE, false);
    }

    /** Returns this backend with another weight and state. */
    public BackendConfig with(int otherWeight, State otherState) {
        return new BackendConfig(name, address, otherWeight, maxConnections, otherState, backup);
    }

    /** Returns this backend with another address, and with its own name. */
    public BackendConfig with(Address other) {
        return new BackendConfig(name, other, weight, maxConnections, state, backup);
    }

    /** Whether a backend is in service. */
    public enum State {
        /** It is probed, and gets connections while it is healthy. */
        ACTIVE,
        /** It gets no connection and no probe, and its open connections end after {@code drain_timeout}. */
        MAINTENANCE;

        /** Returns the word in the configuration. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}

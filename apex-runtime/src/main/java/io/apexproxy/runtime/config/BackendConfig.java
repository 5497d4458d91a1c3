package io.apexproxy.runtime.config;

import io.apexproxy.runtime.config.address.Address;
import java.util.Locale;
import java.util.Map;

/**
 * The validated configuration of a backend.
 *
 * @param name the configured name; the address as written if there is none
 * @param address the address to connect to
 * @param weight the share of new connections; 0 takes the backend out of rotation and lets its connections finish
 * @param maxConnections limit of concurrent connections; 0 means no limit
 * @param state whether the backend is in service
 * @param tier 0 for a primary; a higher tier is used only while no backend of a lower one can accept a connection
 * @param attributes the labels that a backend source reported, such as a zone
 * @param presence whether its source still reports it
 */
public record BackendConfig(String name, Address address, int weight, int maxConnections, State state, int tier,
        Map<String, String> attributes, Presence presence) {

    /** The largest weight, that of HAProxy. */
    public static final int MAX_WEIGHT = 256;

    public BackendConfig {
        attributes = Map.copyOf(attributes);
    }

    /** Creates a backend of the configuration. */
    public BackendConfig(String name, Address address, int weight, int maxConnections, State state, boolean backup) {
        this(name, address, weight, maxConnections, state, backup ? 1 : 0, Map.of(), Presence.PRESENT);
    }

    /** Creates a backend in service that is not a backup. */
    public BackendConfig(String name, Address address, int weight, int maxConnections) {
        this(name, address, weight, maxConnections, State.ACTIVE, false);
    }

    /** Returns this backend with another weight and state. */
    public BackendConfig with(int otherWeight, State otherState) {
        return new BackendConfig(name, address, otherWeight, maxConnections, otherState, tier, attributes, presence);
    }

    /** Returns this backend with another presence. */
    public BackendConfig with(Presence other) {
        return new BackendConfig(name, address, weight, maxConnections, state, tier, attributes, other);
    }

    /** Returns whether it is used only while no other backend of the pool can accept a connection. */
    public boolean isBackup() {
        return tier > 0;
    }

    /** Returns this backend with another address, and with its own name. */
    public BackendConfig with(Address other) {
        return new BackendConfig(name, other, weight, maxConnections, state, tier, attributes, presence);
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

    /** Whether the source of a backend still reports it. A backend of the configuration is always present. */
    public enum Presence {
        /** It was in the last answer of its source. */
        PRESENT(""),
        /** It was missing in the last answer. It gets no new connections, and is removed after {@code keep_missing}. */
        MISSING("missing in the last answer of its source"),
        /** The source has not answered for {@code keep_stale}. It gets no new connections. */
        STALE("its source has not answered for keep_stale");

        private final String reason;

        Presence(String reason) {
            this.reason = reason;
        }

        /** Returns why it gets no new connections; empty if it is present. */
        public String reason() {
            return reason;
        }
    }
}

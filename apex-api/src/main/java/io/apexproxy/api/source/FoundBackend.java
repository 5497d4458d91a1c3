package io.apexproxy.api.source;

import java.util.Map;
import java.util.Objects;

/**
 * A backend that a source has found.
 *
 * @param name the name in logs and metrics, unique within the answer; empty text: the address
 * @param address the address in the form of the configuration: {@code 10.0.0.1:5432}, {@code [::1]:5432},
 *     {@code db.example:5432} or {@code unix:/run/db.sock}
 * @param weight the share of new connections relative to the other backends, from 0 to 65535; 0: none
 * @param tier 0 for a primary. A backend of a higher tier gets connections only while none of a lower tier can accept
 *     them, like a {@code backup} of the configuration. From 0 to 65535
 * @param maxConnections the limit of concurrent connections; 0: none
 * @param draining whether it gets no new connections while the open ones finish
 * @param attributes what balancers and the status page can show about it, such as a zone; see
 *     {@link io.apexproxy.api.Backend#attributes}
 * @since 0.2
 */
public record FoundBackend(String name, String address, int weight, int tier, int maxConnections, boolean draining,
        Map<String, String> attributes) {

    /** The highest weight and the highest tier, those of a DNS record of type SRV. */
    public static final int MAX = 65_535;

    /**
     * Copies the attributes and rejects numbers out of range.
     *
     * @param name the name, or empty text
     * @param address the address
     * @param weight the weight
     * @param tier the tier
     * @param maxConnections the limit of connections, or 0
     * @param draining whether it gets no new connections
     * @param attributes the attributes
     * @throws IllegalArgumentException if a number is out of range
     */
    public FoundBackend {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(address, "address");
        requireRange("weight", weight, MAX);
        requireRange("tier", tier, MAX);
        requireRange("maxConnections", maxConnections, Integer.MAX_VALUE);
        attributes = Map.copyOf(attributes);
    }

    private static void requireRange(String what, int value, int max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(what + " must be from 0 to " + max + ", found " + value);
        }
    }

    /**
     * Creates a primary of weight 1 without a limit and without attributes.
     *
     * @param address the address, which is also the name
     * @return the backend
     */
    public static FoundBackend of(String address) {
        return new FoundBackend("", address, 1, 0, 0, false, Map.of());
    }

    /**
     * Returns this backend with another name.
     *
     * @param other the name
     * @return the backend
     */
    public FoundBackend withName(String other) {
        return new FoundBackend(other, address, weight, tier, maxConnections, draining, attributes);
    }

    /**
     * Returns this backend with another weight.
     *
     * @param other the weight
     * @return the backend
     */
    public FoundBackend withWeight(int other) {
        return new FoundBackend(name, address, other, tier, maxConnections, draining, attributes);
    }

    /**
     * Returns this backend with another tier.
     *
     * @param other the tier
     * @return the backend
     */
    public FoundBackend withTier(int other) {
        return new FoundBackend(name, address, weight, other, maxConnections, draining, attributes);
    }

    /**
     * Returns this backend with another limit of connections.
     *
     * @param other the limit; 0: none
     * @return the backend
     */
    public FoundBackend withMaxConnections(int other) {
        return new FoundBackend(name, address, weight, tier, other, draining, attributes);
    }

    /**
     * Returns this backend, draining or not.
     *
     * @param other whether it gets no new connections
     * @return the backend
     */
    public FoundBackend withDraining(boolean other) {
        return new FoundBackend(name, address, weight, tier, maxConnections, other, attributes);
    }

    /**
     * Returns this backend with other attributes.
     *
     * @param others the attributes
     * @return the backend
     */
    public FoundBackend withAttributes(Map<String, String> others) {
        return new FoundBackend(name, address, weight, tier, maxConnections, draining, others);
    }
}

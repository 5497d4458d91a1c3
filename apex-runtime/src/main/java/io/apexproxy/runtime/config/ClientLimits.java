package io.apexproxy.runtime.config;

/**
 * The validated limits of each client of a listener.
 *
 * @param maxConnections limit of concurrent connections; 0: no limit
 * @param rate limit of new connections per second, with bursts of as many; 0: no limit
 * @param ipv6Prefix number of leading bits of an IPv6 address that identify a client, 1 to 128
 * @param tableSize limit of clients that are counted at the same time, at least 1
 */
public record ClientLimits(int maxConnections, int rate, int ipv6Prefix, int tableSize) {

    /** No limits. */
    public static final ClientLimits NONE = new ClientLimits(0, 0, 64, 100_000);

    /** Returns whether clients are counted. */
    public boolean isOn() {
        return maxConnections > 0 || rate > 0;
    }
}

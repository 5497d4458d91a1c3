package io.apexproxy.runtime.config.address;

/**
 * A network of clients: IP addresses with the same first bits (CIDR), or all Unix-domain sockets.
 *
 * @param start the first address; all bits after the prefix are zero
 * @param prefix the number of bits that all addresses of the network have in common
 */
public record Network(AddressBits start, int prefix) {

    /** All Unix-domain sockets. */
    static final Network UNIX = new Network(AddressBits.UNIX, 0);

    /** Checks that the prefix fits the family and that no bit after it is set. */
    public Network {
        if (prefix < 0 || prefix > start.family().width() || !start.masked(prefix).equals(start)) {
            throw new IllegalArgumentException("no network: " + start + "/" + prefix);
        }
    }

    /** Returns the last address. */
    AddressBits end() {
        return start.filled(prefix);
    }

    /** Returns whether all addresses of the other network belong to this one. */
    public boolean covers(Network other) {
        return start.family() == other.start.family() && prefix <= other.prefix
                && other.start.masked(prefix).equals(start);
    }

    /** Returns the text of the configuration, without a prefix if the network is a single address. */
    @Override
    public String toString() {
        return prefix == start.family().width() ? start.toString() : start + "/" + prefix;
    }
}

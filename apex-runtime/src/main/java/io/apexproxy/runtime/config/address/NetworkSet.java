package io.apexproxy.runtime.config.address;

import io.apexproxy.runtime.config.address.AddressBits.Family;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An immutable set of networks, for rules about clients. A search takes time logarithmic in the number of networks.
 *
 * <p>Networks are nested or disjoint. The set has only those that no other one covers, so they are disjoint ranges of
 * addresses. Sets of networks that differ only in order and in covered networks are equal.
 */
public final class NetworkSet {

    /** The set without networks. */
    public static final NetworkSet EMPTY = new NetworkSet(List.of());

    private static final int MAX_SHOWN = 5;

    /** The first and the last IPv4 address of each range, sorted, with the order of {@link #sortable}. */
    private final int[] ipv4Starts;
    private final int[] ipv4Ends;
    /** The first and the last IPv6 address of each range, sorted. Two elements are an address. */
    private final long[] ipv6Starts;
    private final long[] ipv6Ends;
    private final boolean hasUnix;
    private final String text;

    /** Creates a set of the networks, in any order. They can overlap. */
    public NetworkSet(Collection<Network> networks) {
        List<Network> disjoint = disjoint(networks);
        List<Network> ipv4 = disjoint.stream().filter(network -> network.start().family() == Family.IPV4).toList();
        List<Network> ipv6 = disjoint.stream().filter(network -> network.start().family() == Family.IPV6).toList();
        ipv4Starts = ipv4.stream().mapToInt(network -> sortable(network.start().ipv4())).toArray();
        ipv4Ends = ipv4.stream().mapToInt(network -> sortable(network.end().ipv4())).toArray();
        ipv6Starts = ipv6.stream().map(Network::start).flatMapToLong(AddressBits::halves).toArray();
        ipv6Ends = ipv6.stream().map(Network::end).flatMapToLong(AddressBits::halves).toArray();
        hasUnix = disjoint.contains(Network.UNIX);
        text = disjoint.stream().limit(MAX_SHOWN).map(Network::toString).collect(Collectors.joining(", "))
                + (disjoint.size() > MAX_SHOWN ? ", … (" + disjoint.size() + " networks)" : "");
    }

    private static List<Network> disjoint(Collection<Network> networks) {
        List<Network> disjoint = new ArrayList<>();
        networks.stream().sorted(Comparator.comparing(Network::start).thenComparing(Network::prefix))
                .filter(network -> disjoint.isEmpty() || !disjoint.get(disjoint.size() - 1).covers(network))
                .forEachOrdered(disjoint::add);
        return disjoint;
    }

    /** Returns a number whose signed order is the unsigned order of the argument. */
    private static int sortable(int unsigned) {
        return unsigned ^ Integer.MIN_VALUE;
    }

    /** Returns whether the set has no network. */
    public boolean isEmpty() {
        return ipv4Starts.length == 0 && ipv6Starts.length == 0 && !hasUnix;
    }

    /** Returns whether a network of the set has the address. False for a host name that is not resolved. */
    public boolean contains(SocketAddress address) {
        if (address instanceof InetSocketAddress internet) {
            return !internet.isUnresolved() && contains(AddressBits.of(internet.getAddress()));
        }
        return hasUnix && address instanceof UnixDomainSocketAddress;
    }

    private boolean contains(AddressBits address) {
        if (address.family() == Family.IPV4) {
            int number = sortable(address.ipv4());
            int range = lastIpv4Start(number);
            return range >= 0 && number <= ipv4Ends[range];
        }
        int range = lastIpv6Start(address.high(), address.low());
        return range >= 0 && compareIpv6(ipv6Ends, range, address.high(), address.low()) >= 0;
    }

    /**
     * Returns whether a network of this set contains each network of another set. False if only several networks
     * together contain one.
     */
    public boolean covers(NetworkSet other) {
        for (int index = 0; index < other.ipv4Starts.length; index++) {
            int range = lastIpv4Start(other.ipv4Starts[index]);
            if (range < 0 || other.ipv4Ends[index] > ipv4Ends[range]) {
                return false;
            }
        }
        for (int index = 0; index < other.ipv6Starts.length; index += 2) {
            int range = lastIpv6Start(other.ipv6Starts[index], other.ipv6Starts[index + 1]);
            if (range < 0 || compareIpv6(ipv6Ends, range, other.ipv6Ends[index], other.ipv6Ends[index + 1]) < 0) {
                return false;
            }
        }
        return hasUnix || !other.hasUnix;
    }

    /** Returns the index of the last range that starts at or before a sortable address; -1 if there is none. */
    private int lastIpv4Start(int number) {
        int found = Arrays.binarySearch(ipv4Starts, number);
        return found >= 0 ? found : -found - 2;
    }

    /** Returns the index of the last range that starts at or before an address; -1 if there is none. */
    private int lastIpv6Start(long high, long low) {
        int least = -1;
        int most = ipv6Starts.length / 2 - 1;
        while (least < most) {
            int middle = (least + most + 1) >>> 1;
            if (compareIpv6(ipv6Starts, middle, high, low) <= 0) {
                least = middle;
            } else {
                most = middle - 1;
            }
        }
        return least;
    }

    private static int compareIpv6(long[] addresses, int index, long high, long low) {
        int comparison = Long.compareUnsigned(addresses[2 * index], high);
        return comparison != 0 ? comparison : Long.compareUnsigned(addresses[2 * index + 1], low);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NetworkSet set && hasUnix == set.hasUnix
                && Arrays.equals(ipv4Starts, set.ipv4Starts) && Arrays.equals(ipv4Ends, set.ipv4Ends)
                && Arrays.equals(ipv6Starts, set.ipv6Starts) && Arrays.equals(ipv6Ends, set.ipv6Ends);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ipv4Starts) + Arrays.hashCode(ipv6Starts) + Boolean.hashCode(hasUnix);
    }

    /** Returns the first networks, and the number of networks if there are more. */
    @Override
    public String toString() {
        return "[" + text + "]";
    }
}

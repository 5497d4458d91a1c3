package io.apexproxy.runtime.takeover;

import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.address.UnixPath;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Verdict;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a process hands over to its successor. Immutable.
 *
 * @param addresses the addresses on which it listens, the admin endpoint included; empty if they are unknown
 * @param verdicts the verdicts on its backends; only up and down
 */
public record Handover(Optional<Addresses> addresses, Map<Key, Verdict> verdicts) {

    /**
     * The version of the format in which processes exchange it. A process that does not know the version of its
     * predecessor ignores the content.
     */
    public static final int VERSION = 1;

    /** Without a predecessor: no address, no verdict. */
    public static final Handover NONE = new Handover(Optional.of(Addresses.of(List.of())), Map.of());

    /** From a predecessor that says nothing about itself. */
    public static final Handover UNKNOWN = new Handover(Optional.empty(), Map.of());

    /** Copies the map. */
    public Handover {
        verdicts = Map.copyOf(verdicts);
    }

    /**
     * Addresses on which a process listens.
     *
     * @param ports the TCP ports
     * @param paths the absolute paths of Unix-domain sockets
     */
    public record Addresses(Set<Integer> ports, Set<String> paths) {

        /** Copies the sets. */
        public Addresses {
            ports = Set.copyOf(ports);
            paths = Set.copyOf(paths);
        }

        /** Returns the ports and paths of addresses. */
        public static Addresses of(List<SocketAddress> bound) {
            Set<Integer> ports = new HashSet<>();
            Set<String> paths = new HashSet<>();
            for (SocketAddress address : bound) {
                if (address instanceof InetSocketAddress internet) {
                    ports.add(internet.getPort());
                } else if (address instanceof UnixDomainSocketAddress unix) {
                    paths.add(unix.getPath().toString());
                }
            }
            return new Addresses(ports, paths);
        }

        private boolean conflictsWith(Address address) {
            return address instanceof UnixPath unix ? paths.contains(unix.path().toString())
                    : ports.contains(((HostPort) address).port());
        }
    }

    /**
     * Identifies a backend.
     *
     * @param pool the name of its pool
     * @param backend its name
     * @param address its address as text
     */
    public record Key(String pool, String backend, String address) {

        /** Returns the key of a backend of a pool. */
        public static Key of(String pool, BackendState backend) {
            return new Key(pool, backend.name(), Address.text(backend.address()));
        }
    }

    /** Returns the verdict on a backend; empty if the predecessor has none. */
    public Optional<Verdict> verdict(String pool, BackendState backend) {
        return Optional.ofNullable(verdicts.get(Key.of(pool, backend)));
    }

    /**
     * Returns whether the predecessor can listen on an address, so that it is bound beside it. All addresses of a port
     * count, because a wildcard address includes the others.
     */
    public boolean includes(Address address) {
        return addresses.map(known -> known.conflictsWith(address)).orElse(true);
    }
}

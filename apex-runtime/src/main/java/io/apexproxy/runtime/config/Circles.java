package io.apexproxy.runtime.config;

import io.apexproxy.api.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds backends that are the listener of their own pool. A client, or the first health check, would come back as
 * another client, and so on until there are as many connections as there may be.
 */
final class Circles {

    private static final Set<String> ALL_ADDRESSES = Set.of("0.0.0.0", "::");

    /** By which a listener on all addresses is reached on every machine. */
    private static final Set<String> OWN_ADDRESSES = Set.of("127.0.0.1", "::1", "localhost");

    private final Problems problems;
    private final List<Target> targets = new ArrayList<>();

    Circles(Problems problems) {
        this.problems = problems;
    }

    void backend(String pool, String where, Address address, Origin origin) {
        targets.add(new Target(pool, where, address, origin));
    }

    void report(List<ListenerConfig> listeners) {
        for (Target target : targets) {
            listeners.stream().filter(target::isReachedFrom).findFirst().ifPresent(listener ->
                    problems.add(target.origin(), target.where() + ": " + target.address()
                            + " is an address of listener '" + listener.name() + "', which uses this pool: connections"
                            + " would come back to it without end; write the address of a server"));
        }
    }

    private record Target(String pool, String where, Address address, Origin origin) {

        boolean isReachedFrom(ListenerConfig listener) {
            return listener.pool().equals(pool) && listener.addresses().stream().anyMatch(this::isAt);
        }

        private boolean isAt(Address listened) {
            return listened.key().equals(address.key())
                    || listened instanceof HostPort all && address instanceof HostPort own
                            && all.port() == own.port()
                            && ALL_ADDRESSES.contains(all.host())
                            && OWN_ADDRESSES.contains(own.host());
        }
    }
}

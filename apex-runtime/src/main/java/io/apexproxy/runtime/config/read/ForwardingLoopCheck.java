package io.apexproxy.runtime.config.read;

import io.apexproxy.api.Origin;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.RoutingConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.tree.Problems;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Check for backends that lead back to a listener of their own pool, directly or through other listeners. Each
 * connection of a client or a health check would open another connection to the listener, until a limit is reached.
 *
 * <p>Reports only certain loops: names other than {@code localhost} are not resolved, and only listeners without routes
 * are followed. A backend that is a listener of another pool is valid.
 */
final class ForwardingLoopCheck {

    private final Problems problems;
    private final List<Target> targets = new ArrayList<>();

    ForwardingLoopCheck(Problems problems) {
        this.problems = problems;
    }

    private record Target(String pool, String where, Address address, Origin origin) {
    }

    /** A backend whose address reaches a listener. */
    private record Step(Target target, ListenerConfig next) {
    }

    void add(String pool, String where, Address address, Origin origin) {
        targets.add(new Target(pool, where, address, origin));
    }

    void report(List<ListenerConfig> listeners) {
        ListenerAddresses addresses = new ListenerAddresses(listeners);
        Map<String, List<Step>> steps = new LinkedHashMap<>();
        for (Target target : targets) {
            List<Step> ofPool = steps.computeIfAbsent(target.pool(), pool -> new ArrayList<>());
            reached(target, listeners).flatMap(address -> addresses.listenerAt(address).stream()).findFirst()
                    .ifPresent(next -> ofPool.add(new Step(target, next)));
        }
        steps.values().forEach(ofPool -> ofPool.forEach(step -> report(step, listeners, steps)));
    }

    /** Returns the addresses of a backend, which can have the ports of listeners: then one for each listener. */
    private static Stream<Address> reached(Target target, List<ListenerConfig> listeners) {
        return target.address() instanceof HostPort internet && internet.isPortOfListener()
                ? listeners.stream().filter(listener -> listener.routing().pools().contains(target.pool()))
                        .flatMap(listener -> listener.firstPort().stream())
                        .map(port -> new HostPort(internet.host(), port))
                : Stream.of(target.address());
    }

    private void report(Step step, List<ListenerConfig> listeners, Map<String, List<Step>> steps) {
        Set<ListenerConfig> reachable = reachable(step.next(), steps);
        Optional<ListenerConfig> own = listeners.stream()
                .filter(listener -> certainPools(listener).contains(step.target().pool())
                        && reachable.contains(listener))
                .findFirst();
        own.ifPresent(listener -> problems.add(step.target().origin(), step.target().where() + ": "
                + step.target().address() + " is an address of listener '" + step.next().name() + "', which "
                + (listener.equals(step.next()) ? "" : "leads back to listener '" + listener.name() + "', which ")
                + "uses this pool: connections would loop without end; write the address of a server"));
    }

    /** Returns the listeners that a connection to a listener can pass through, including this listener. */
    private static Set<ListenerConfig> reachable(ListenerConfig first, Map<String, List<Step>> steps) {
        Set<ListenerConfig> reachable = new LinkedHashSet<>(Set.of(first));
        Deque<ListenerConfig> open = new ArrayDeque<>(reachable);
        while (!open.isEmpty()) {
            RoutingConfig routing = open.remove().routing();
            if (routing.isFixed()) { // else the connection can go elsewhere
                routing.pool().map(pool -> steps.getOrDefault(pool, List.of())).orElse(List.of()).stream()
                        .map(Step::next).filter(reachable::add).forEach(open::add);
            }
        }
        return reachable;
    }

    /**
     * Returns the pools to which a connection goes again after it has returned to the listener. A route with networks
     * and a router can decide otherwise, because the client is this process then.
     */
    private static Set<String> certainPools(ListenerConfig listener) {
        RoutingConfig routing = listener.routing();
        boolean dependsOnClient = routing.router().isPresent()
                || routing.routes().stream().anyMatch(route -> !route.from().isEmpty());
        return dependsOnClient ? Set.of() : routing.pools();
    }
}

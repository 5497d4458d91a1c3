package io.apexproxy.runtime.config.read;

import io.apexproxy.api.Origin;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.address.Address;
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

/**
 * Finds backends that lead back to a listener of their own pool, directly or across other listeners. A client, or the
 * first health check, would come back as another client, and so on until there are as many connections as there may be.
 *
 * <p>Only what is certain is refused: names other than {@code localhost} are not looked up. A backend that is another
 * listener is legal.
 */
final class ForwardingLoopCheck {

    private final Problems problems;
    private final List<Target> targets = new ArrayList<>();

    ForwardingLoopCheck(Problems problems) {
        this.problems = problems;
    }

    private record Target(String pool, String where, Address address, Origin origin) {
    }

    /** A backend that is a listener. */
    private record Step(Target target, ListenerConfig next) {
    }

    void backend(String pool, String where, Address address, Origin origin) {
        targets.add(new Target(pool, where, address, origin));
    }

    void report(List<ListenerConfig> listeners) {
        ListenedAddresses listened = new ListenedAddresses(listeners);
        Map<String, List<Step>> steps = new LinkedHashMap<>();
        for (Target target : targets) {
            listened.reached(target.address()).ifPresent(next ->
                    steps.computeIfAbsent(target.pool(), pool -> new ArrayList<>()).add(new Step(target, next)));
        }
        steps.values().forEach(ofPool -> ofPool.forEach(step -> report(step, listeners, steps)));
    }

    private void report(Step step, List<ListenerConfig> listeners, Map<String, List<Step>> steps) {
        Set<ListenerConfig> passed = passed(step.next(), steps);
        Optional<ListenerConfig> own = listeners.stream()
                .filter(listener -> listener.pool().equals(step.target().pool()) && passed.contains(listener))
                .findFirst();
        own.ifPresent(listener -> problems.add(step.target().origin(), step.target().where() + ": "
                + step.target().address() + " is an address of listener '" + step.next().name() + "', which "
                + (listener == step.next() ? "" : "leads back to listener '" + listener.name() + "', which ")
                + "uses this pool: connections would come back to it without end; write the address of a server"));
    }

    /** The listeners that a connection to this one may pass, itself first. */
    private static Set<ListenerConfig> passed(ListenerConfig first, Map<String, List<Step>> steps) {
        Set<ListenerConfig> passed = new LinkedHashSet<>(Set.of(first));
        Deque<ListenerConfig> open = new ArrayDeque<>(passed);
        while (!open.isEmpty()) {
            for (Step step : steps.getOrDefault(open.remove().pool(), List.of())) {
                if (passed.add(step.next())) {
                    open.add(step.next());
                }
            }
        }
        return passed;
    }
}

package io.apexproxy.runtime.config;

import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.tree.SettingGroup;
import io.apexproxy.runtime.log.CleanText;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The difference of two configurations, for the log: {@code +} marks an added item, {@code -} a removed item and
 * {@code ~} a changed item.
 *
 * @param settings changed keys of the root table that take effect at once
 * @param listeners changed listeners: {@code +admin}, {@code -old}, {@code ~web (idle_timeout)}
 * @param pools changed pools with their backends: {@code ~web (+127.0.0.1:9002, load_balancer)}
 * @param needsRestart changed keys of the root table that take effect after a restart
 */
public record ConfigChange(
        List<String> settings, List<String> listeners, List<String> pools, List<String> needsRestart) {

    /** The process creates event loops, buffers, the implementation of TLS and the control socket at its start. */
    private static final Set<String> RESTART_KEYS =
            Set.of("engine", "threads", "buffer_memory", "tls_handshakes", "tls_provider", "control_socket",
                    "state_directory");

    /** Record components that identify an item, or whose elements are compared one by one. */
    private static final Set<String> OTHER_COMPONENTS = Set.of("name", "addresses", "backends", "listeners", "pools");

    /** The accessors of the compared components by key, cached because reflection is slow on the first calls. */
    private static final ClassValue<Map<String, Method>> ACCESSORS = new ClassValue<>() {
        @Override
        protected Map<String, Method> computeValue(Class<?> type) {
            Map<String, Method> accessors = new LinkedHashMap<>();
            Stream.of(type.getRecordComponents())
                    .filter(component -> !OTHER_COMPONENTS.contains(component.getName()))
                    .forEach(component -> accessors.put(key(component.getName()), component.getAccessor()));
            return accessors;
        }
    };

    /**
     * Compares the configuration in force and the new one. The order of listeners and pools is ignored. The order of
     * backends is compared, because load balancers see it.
     */
    public static ConfigChange between(ProxyConfig before, ProxyConfig after) {
        List<String> keys = changedKeys(before, after);
        return new ConfigChange(
                keys.stream().filter(key -> !RESTART_KEYS.contains(key)).toList(),
                changedItems(before.listeners(), after.listeners(), ListenerConfig::name,
                        ConfigChange::listenerChanges),
                changedItems(before.pools(), after.pools(), PoolConfig::name, ConfigChange::poolChanges),
                keys.stream().filter(RESTART_KEYS::contains).toList());
    }

    /** Returns whether the two configurations are equivalent, so that there is nothing to apply. */
    public boolean isEmpty() {
        return settings.isEmpty() && listeners.isEmpty() && pools.isEmpty() && needsRestart.isEmpty();
    }

    /**
     * Returns the difference in one line: {@code listeners: +admin -old; pools: ~web (load_balancer); restart needed
     * for: threads}. Empty if there is no difference.
     */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        addPart(parts, "settings: ", settings, ", ");
        addPart(parts, "listeners: ", listeners, " ");
        addPart(parts, "pools: ", pools, " ");
        addPart(parts, "restart needed for: ", needsRestart, ", ");
        return String.join("; ", parts);
    }

    private static void addPart(List<String> parts, String title, List<String> changes, String separator) {
        if (!changes.isEmpty()) {
            parts.add(title + String.join(separator, CleanText.named(changes)));
        }
    }

    private static List<String> listenerChanges(ListenerConfig before, ListenerConfig after) {
        List<String> changes = new ArrayList<>(CleanText.named(
                changedItems(before.addresses(), after.addresses(), Address::toString, (kept, same) -> List.of())));
        changes.addAll(changedKeys(before, after));
        return changes;
    }

    private static List<String> poolChanges(PoolConfig before, PoolConfig after) {
        List<String> changes = new ArrayList<>(CleanText.named(
                changedItems(before.backends(), after.backends(), BackendConfig::name, ConfigChange::changedKeys)));
        if (changes.isEmpty() && !before.backends().equals(after.backends())) {
            changes.add("order of backends");
        }
        changes.addAll(changedKeys(before, after));
        return changes;
    }

    /** Returns the added, removed and changed items; {@code details} returns the changes of an item. */
    private static <T> List<String> changedItems(List<T> before, List<T> after, Function<T, String> name,
            BiFunction<T, T, List<String>> details) {
        Map<String, T> old = byName(before, name);
        Map<String, T> current = byName(after, name);
        List<String> changes = new ArrayList<>();
        current.keySet().stream().filter(added -> !old.containsKey(added)).forEach(added -> changes.add("+" + added));
        old.keySet().stream().filter(removed -> !current.containsKey(removed))
                .forEach(removed -> changes.add("-" + removed));
        current.keySet().stream().filter(old::containsKey).forEach(kept -> {
            List<String> keys = details.apply(old.get(kept), current.get(kept));
            if (!keys.isEmpty()) {
                changes.add("~" + kept + " (" + String.join(", ", keys) + ")");
            }
        });
        return changes;
    }

    private static <T> Map<String, T> byName(List<T> items, Function<T, String> name) {
        Map<String, T> byName = new LinkedHashMap<>();
        items.forEach(item -> byName.put(name.apply(item), item));
        return byName;
    }

    private static List<String> changedKeys(Record before, Record after) {
        List<String> changes = new ArrayList<>();
        ACCESSORS.get(before.getClass()).forEach((key, accessor) -> {
            Object old = value(accessor, before);
            Object current = value(accessor, after);
            if (old instanceof SettingGroup) {
                changes.addAll(changedKeys((Record) old, (Record) current));
            } else if (!old.equals(current)) {
                changes.add(key);
            }
        });
        return changes;
    }

    /** Returns the key of a component: {@code max_connections} for {@code maxConnections}. */
    private static String key(String component) {
        return component.replaceAll("[A-Z]", "_$0").toLowerCase(Locale.ROOT);
    }

    private static Object value(Method accessor, Record item) {
        try {
            return accessor.invoke(item);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e); // the records are public
        }
    }
}

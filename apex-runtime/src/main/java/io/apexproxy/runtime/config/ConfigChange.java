package io.apexproxy.runtime.config;

import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.log.CleanText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

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

    private static final List<Key<ProxyConfig>> ROOT_KEYS = List.of(
            new Key<>("max_connections", ProxyConfig::maxConnections),
            new Key<>("drain_timeout", ProxyConfig::drainTimeout),
            new Key<>("access_log", ProxyConfig::accessLog),
            new Key<>("admin", ProxyConfig::admin));

    /** The process creates event loops and buffers once, at its start. */
    private static final List<Key<ProxyConfig>> RESTART_KEYS = List.of(
            new Key<>("threads", ProxyConfig::threads),
            new Key<>("buffer_memory", ProxyConfig::bufferMemory));

    private static final List<Key<ListenerConfig>> LISTENER_KEYS = List.of(
            new Key<>("unix_mode", ListenerConfig::unixMode),
            new Key<>("pool", ListenerConfig::pool),
            new Key<>("max_connections", ListenerConfig::maxConnections),
            new Key<>("idle_timeout", ListenerConfig::idleTimeout),
            new Key<>("half_closed_timeout", ListenerConfig::halfClosedTimeout),
            new Key<>("keepalive", ListenerConfig::keepalive),
            new Key<>("abort_on_close", ListenerConfig::abortOnClose));

    private static final List<Key<PoolConfig>> POOL_KEYS = List.of(
            new Key<>("load_balancer", PoolConfig::loadBalancer),
            new Key<>("health_check", PoolConfig::healthCheck),
            new Key<>("connect_timeout", PoolConfig::connectTimeout),
            new Key<>("connect_attempts", PoolConfig::connectAttempts),
            new Key<>("when_all_down", PoolConfig::whenAllDown),
            new Key<>("on_backend_down", PoolConfig::onBackendDown),
            new Key<>("resolve", PoolConfig::resolve),
            new Key<>("resolve_interval", PoolConfig::resolveInterval),
            new Key<>("max_addresses", PoolConfig::maxAddresses),
            new Key<>("keepalive", PoolConfig::keepalive));

    private static final List<Key<BackendConfig>> BACKEND_KEYS = List.of(
            new Key<>("address", BackendConfig::address),
            new Key<>("weight", BackendConfig::weight),
            new Key<>("max_connections", BackendConfig::maxConnections));

    /**
     * Compares two configurations. The order of listeners and pools is ignored. The order of backends is compared,
     * because load balancers see it.
     *
     * @param before the configuration in force
     * @param after the new one
     * @return the difference, {@linkplain #isEmpty() empty} if there is none
     */
    public static ConfigChange between(ProxyConfig before, ProxyConfig after) {
        return new ConfigChange(
                changedKeys(ROOT_KEYS, before, after),
                changedItems(before.listeners(), after.listeners(), ListenerConfig::name,
                        ConfigChange::listenerChanges),
                changedItems(before.pools(), after.pools(), PoolConfig::name, ConfigChange::poolChanges),
                changedKeys(RESTART_KEYS, before, after));
    }

    /**
     * Returns whether the two configurations are equivalent.
     *
     * @return {@code true} if there is nothing to apply
     */
    public boolean isEmpty() {
        return settings.isEmpty() && listeners.isEmpty() && pools.isEmpty() && needsRestart.isEmpty();
    }

    /**
     * Returns the difference in one line.
     *
     * @return {@code listeners: +admin -old; pools: ~web (load_balancer); restart needed for: threads}; empty if
     *     there is no difference
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
        changes.addAll(changedKeys(LISTENER_KEYS, before, after));
        return changes;
    }

    private static List<String> poolChanges(PoolConfig before, PoolConfig after) {
        List<String> changes = new ArrayList<>(CleanText.named(
                changedItems(before.backends(), after.backends(), BackendConfig::name, ConfigChange::backendChanges)));
        if (changes.isEmpty() && !before.backends().equals(after.backends())) {
            changes.add("order of backends");
        }
        changes.addAll(changedKeys(POOL_KEYS, before, after));
        return changes;
    }

    private static List<String> backendChanges(BackendConfig before, BackendConfig after) {
        return changedKeys(BACKEND_KEYS, before, after);
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

    private static <T> List<String> changedKeys(List<Key<T>> keys, T before, T after) {
        return keys.stream()
                .filter(key -> !key.value().apply(before).equals(key.value().apply(after)))
                .map(Key::name)
                .toList();
    }

    private record Key<T>(String name, Function<T, ?> value) {
    }
}

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
 * What a reload changes, in words for the log: {@code +} is added, {@code -} removed, {@code ~} changed.
 *
 * @param settings changed keys of the root table that take effect at once
 * @param listeners such as {@code +admin}, {@code -old}, {@code ~web (idle_timeout)}
 * @param pools the same for pools, with their backends: {@code ~web (+127.0.0.1:9002, load_balancer)}
 * @param needsRestart changed keys of the root table that take effect only when the process starts again
 */
public record ConfigChange(
        List<String> settings, List<String> listeners, List<String> pools, List<String> needsRestart) {

    private static final List<Key<ProxyConfig>> SETTINGS = List.of(
            new Key<>("max_connections", ProxyConfig::maxConnections),
            new Key<>("drain_timeout", ProxyConfig::drainTimeout),
            new Key<>("access_log", ProxyConfig::accessLog),
            new Key<>("admin", ProxyConfig::admin));

    /** Event loops and their buffers live as long as the process. */
    private static final List<Key<ProxyConfig>> FIXED_AT_START = List.of(
            new Key<>("threads", ProxyConfig::threads),
            new Key<>("buffer_memory", ProxyConfig::bufferMemory));

    private static final List<Key<ListenerConfig>> OF_LISTENER = List.of(
            new Key<>("unix_mode", ListenerConfig::unixMode),
            new Key<>("pool", ListenerConfig::pool),
            new Key<>("max_connections", ListenerConfig::maxConnections),
            new Key<>("idle_timeout", ListenerConfig::idleTimeout),
            new Key<>("half_closed_timeout", ListenerConfig::halfClosedTimeout),
            new Key<>("keepalive", ListenerConfig::keepalive),
            new Key<>("abort_on_close", ListenerConfig::abortOnClose));

    private static final List<Key<PoolConfig>> OF_POOL = List.of(
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

    private static final List<Key<BackendConfig>> OF_BACKEND = List.of(
            new Key<>("address", BackendConfig::address),
            new Key<>("weight", BackendConfig::weight),
            new Key<>("max_connections", BackendConfig::maxConnections));

    /**
     * Compares two configurations. The order of listeners and pools means nothing, that of backends does.
     *
     * @param before the configuration in force
     * @param after the new one
     * @return the difference, {@linkplain #isEmpty() empty} if there is none
     */
    public static ConfigChange between(ProxyConfig before, ProxyConfig after) {
        return new ConfigChange(
                changed(SETTINGS, before, after),
                members(before.listeners(), after.listeners(), ListenerConfig::name, ConfigChange::listener),
                members(before.pools(), after.pools(), PoolConfig::name, ConfigChange::pool),
                changed(FIXED_AT_START, before, after));
    }

    /**
     * Tells whether the two configurations mean the same.
     *
     * @return {@code true} if there is nothing to apply
     */
    public boolean isEmpty() {
        return settings.isEmpty() && listeners.isEmpty() && pools.isEmpty() && needsRestart.isEmpty();
    }

    /**
     * Returns the difference in one line.
     *
     * @return {@code listeners: +admin -old; pools: ~web (load_balancer); restart needed for: threads}; empty text if
     *     there is none
     */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        add(parts, "settings: ", settings, ", ");
        add(parts, "listeners: ", listeners, " ");
        add(parts, "pools: ", pools, " ");
        add(parts, "restart needed for: ", needsRestart, ", ");
        return String.join("; ", parts);
    }

    private static void add(List<String> parts, String title, List<String> words, String separator) {
        if (!words.isEmpty()) {
            parts.add(title + String.join(separator, CleanText.named(words)));
        }
    }

    private static List<String> listener(ListenerConfig before, ListenerConfig after) {
        List<String> words = new ArrayList<>(CleanText.named(
                members(before.addresses(), after.addresses(), Address::toString, (one, same) -> List.of())));
        words.addAll(changed(OF_LISTENER, before, after));
        return words;
    }

    private static List<String> pool(PoolConfig before, PoolConfig after) {
        List<String> words = new ArrayList<>(CleanText.named(
                members(before.backends(), after.backends(), BackendConfig::name, ConfigChange::backend)));
        if (words.isEmpty() && !before.backends().equals(after.backends())) {
            words.add("order of backends");
        }
        words.addAll(changed(OF_POOL, before, after));
        return words;
    }

    private static List<String> backend(BackendConfig before, BackendConfig after) {
        return changed(OF_BACKEND, before, after);
    }

    /** What was added, removed and changed among things with names; details tells what of a thing changed. */
    private static <T> List<String> members(List<T> before, List<T> after, Function<T, String> name,
            BiFunction<T, T, List<String>> details) {
        Map<String, T> old = byName(before, name);
        Map<String, T> current = byName(after, name);
        List<String> words = new ArrayList<>();
        current.keySet().stream().filter(added -> !old.containsKey(added)).forEach(added -> words.add("+" + added));
        old.keySet().stream().filter(gone -> !current.containsKey(gone)).forEach(gone -> words.add("-" + gone));
        current.keySet().stream().filter(old::containsKey).forEach(kept -> {
            List<String> changes = details.apply(old.get(kept), current.get(kept));
            if (!changes.isEmpty()) {
                words.add("~" + kept + " (" + String.join(", ", changes) + ")");
            }
        });
        return words;
    }

    private static <T> Map<String, T> byName(List<T> things, Function<T, String> name) {
        Map<String, T> byName = new LinkedHashMap<>();
        things.forEach(thing -> byName.put(name.apply(thing), thing));
        return byName;
    }

    private static <T> List<String> changed(List<Key<T>> keys, T before, T after) {
        return keys.stream()
                .filter(key -> !key.value().apply(before).equals(key.value().apply(after)))
                .map(Key::name)
                .toList();
    }

    private record Key<T>(String name, Function<T, ?> value) {
    }
}

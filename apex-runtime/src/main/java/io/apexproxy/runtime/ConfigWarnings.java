package io.apexproxy.runtime;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.pool.names.NameResolver;
import io.apexproxy.runtime.routing.ListenerRouter;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Warnings about valid but probably unintended settings of a configuration, one line each with its origin. */
final class ConfigWarnings {

    /** Time limit for the look-ups of all names together. */
    private static final long LOOKUP_TIMEOUT_SECONDS = 5;

    private final PreparedConfig prepared;
    private final ProxyConfig config;
    private final ConfigTree.Table tree;
    private final List<String> warnings = new ArrayList<>();

    private ConfigWarnings(PreparedConfig prepared, ConfigTree.Table tree) {
        this.prepared = prepared;
        this.config = prepared.config();
        this.tree = tree;
    }

    /**
     * Returns the warnings about a valid configuration. Blocks at most {@value #LOOKUP_TIMEOUT_SECONDS} s to resolve
     * backend names.
     *
     * @param prepared the configuration
     * @param tree the tree that the configuration was read from
     * @param resolver resolves backend names
     */
    static List<String> of(PreparedConfig prepared, ConfigTree.Table tree, NameResolver resolver) {
        ConfigWarnings found = new ConfigWarnings(prepared, tree);
        found.checkUnusedPools();
        found.warnings.addAll(prepared.unusedOverrides());
        found.checkQueues();
        found.config.listeners().forEach(found::checkListenAddresses);
        found.checkAdminAddress();
        prepared.tls().ifPresent(setup -> found.warnings.addAll(setup.prepared().warnings()));
        found.checkBackendNames(resolver);
        return List.copyOf(found.warnings);
    }

    private void checkUnusedPools() {
        Set<String> used = new HashSet<>();
        config.listeners().forEach(listener -> used.addAll(listener.routing().pools()));
        for (PluginInstance<ListenerRouter> router : prepared.routers().values()) {
            used.addAll(router.get().pools());
            if (router.get().pools().isEmpty()) { // it can choose any pool
                return;
            }
        }
        for (PoolConfig pool : config.pools()) {
            if (!used.contains(pool.name())) {
                warnings.add(origin(pool) + ": pools." + pool.name() + ": no listener uses this pool; its backends are"
                        + " probed nevertheless");
            }
        }
    }

    private void checkQueues() {
        for (PoolConfig pool : config.pools()) {
            if (pool.queue().isOn() && pool.backends().stream().allMatch(each -> each.maxConnections() == 0)) {
                warnings.add(origin(pool) + ": pools." + pool.name() + ".queue_timeout: has no effect, because no"
                        + " backend of this pool has max_connections");
            }
        }
    }

    private void checkListenAddresses(ListenerConfig listener) {
        for (int index = 0; index < listener.addresses().size(); index++) {
            Address address = listener.addresses().get(index);
            if (address instanceof HostPort internet && isForeign(internet)) {
                String warning = prepared.origin(listener, index) + ": " + internet.host()
                        + " is not an address of this machine; Apex would not start here";
                if (!warnings.contains(warning)) { // the ports of a range have one host
                    warnings.add(warning);
                }
            }
        }
    }

    private void checkAdminAddress() {
        config.admin().filter(admin -> admin.address().isWildcard())
                .ifPresent(admin -> warnings.add(prepared.adminOrigin() + ": " + admin.address().host()
                        + " accepts connections from other machines, and the admin endpoint has no authentication; bind"
                        + " to 127.0.0.1, or restrict the port with a firewall"));
    }

    private void checkBackendNames(NameResolver resolver) {
        Map<String, CompletionStage<List<InetAddress>>> lookups = new LinkedHashMap<>();
        Map<String, PoolConfig> pools = new LinkedHashMap<>();
        for (PoolConfig pool : config.pools()) {
            for (BackendConfig backend : pool.backends()) {
                if (backend.address() instanceof HostPort internet && !internet.isLiteral()
                        && !lookups.containsKey(internet.host())) {
                    lookups.put(internet.host(), resolver.resolve(internet.host()));
                    pools.put(internet.host(), pool);
                }
            }
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOOKUP_TIMEOUT_SECONDS);
        lookups.forEach((host, lookup) -> failure(lookup, deadline).ifPresent(reason -> warnings.add(
                origin(pools.get(host)) + ": pools." + pools.get(host).name() + ": the name " + host
                        + " does not resolve here (" + reason + "); Apex starts without this backend and repeats the"
                        + " look-up")));
    }

    /** Returns the reason if the look-up has failed or does not complete before the deadline of the nano clock. */
    private static Optional<String> failure(CompletionStage<List<InetAddress>> lookup, long deadline) {
        try {
            lookup.toCompletableFuture().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            return Optional.empty();
        } catch (TimeoutException e) {
            return Optional.of("no answer within " + LOOKUP_TIMEOUT_SECONDS + " s");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof CompletionException && e.getCause().getCause() != null
                    ? e.getCause().getCause() : e.getCause();
            return Optional.of(cause instanceof UnknownHostException ? "unknown host" : String.valueOf(cause));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Returns the origin of a pool: its table, or {@code backend_addrs} in the short form of the configuration. */
    private Origin origin(PoolConfig pool) {
        ConfigTree.Member pools = tree.members().get("pools");
        if (pools != null && pools.value() instanceof ConfigTree.Table table
                && table.members().containsKey(pool.name())) {
            return table.members().get(pool.name()).key();
        }
        ConfigTree.Member backends = tree.members().get("backend_addrs");
        return backends == null ? tree.origin() : backends.key();
    }

    /** Loopback addresses are exempt: sockets can be bound to all of 127.0.0.0/8, which no interface lists. */
    private static boolean isForeign(HostPort listenAddress) {
        return listenAddress.literal().filter(address -> !address.isAnyLocalAddress() && !address.isLoopbackAddress()
                && !isInterfaceAddress(address)).isPresent();
    }

    private static boolean isInterfaceAddress(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) { // the interfaces are unknown: no warning
            return true;
        }
    }
}

package io.apexproxy.runtime;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.pool.names.NameResolver;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
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
import java.util.stream.Collectors;

/** Looks for what a configuration may have but probably was not meant. Each warning is a line with its place. */
final class ConfigWarnings {

    /** For the look-ups of all names together. */
    private static final long LOOKUP_SECONDS = 5;

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
     * Returns the warnings about a configuration without mistakes. Blocks for the look-up of names.
     *
     * @param prepared the configuration
     * @param tree what it was read from
     * @param resolver looks names up
     */
    static List<String> of(PreparedConfig prepared, ConfigTree.Table tree, NameResolver resolver) {
        ConfigWarnings found = new ConfigWarnings(prepared, tree);
        found.unusedPools();
        found.config.listeners().forEach(found::foreignAddresses);
        found.publicAdmin();
        found.unknownNames(resolver);
        return List.copyOf(found.warnings);
    }

    private void unusedPools() {
        Set<String> used = config.listeners().stream().map(ListenerConfig::pool).collect(Collectors.toSet());
        for (PoolConfig pool : config.pools()) {
            if (!used.contains(pool.name())) {
                warnings.add(origin(pool) + ": pools." + pool.name() + ": no listener uses this pool; its backends are"
                        + " probed all the same");
            }
        }
    }

    private void foreignAddresses(ListenerConfig listener) {
        for (int index = 0; index < listener.addresses().size(); index++) {
            Address address = listener.addresses().get(index);
            if (address instanceof HostPort internet && isForeign(internet)) {
                warnings.add(prepared.origin(listener, index) + ": " + internet.host()
                        + " is no address of this machine; a start would fail here");
            }
        }
    }

    private void publicAdmin() {
        config.admin().filter(admin -> admin.address().isWildcard()).ifPresent(admin ->
                warnings.add(prepared.adminOrigin() + ": " + admin.address().host() + " admits every machine that"
                        + " reaches this one, and the admin endpoint asks for no password; write 127.0.0.1, or restrict"
                        + " the port by a firewall"));
    }

    private void unknownNames(NameResolver resolver) {
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
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOOKUP_SECONDS);
        lookups.forEach((host, lookup) -> failure(lookup, end).ifPresent(reason -> warnings.add(
                origin(pools.get(host)) + ": pools." + pools.get(host).name() + ": the name " + host
                        + " does not resolve here (" + reason + "); Apex starts without this backend and looks it up"
                        + " again")));
    }

    private static Optional<String> failure(CompletionStage<List<InetAddress>> lookup, long end) {
        try {
            lookup.toCompletableFuture().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            return Optional.empty();
        } catch (TimeoutException e) {
            return Optional.of("no answer within " + LOOKUP_SECONDS + " s");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof CompletionException && e.getCause().getCause() != null
                    ? e.getCause().getCause() : e.getCause();
            return Optional.of(cause instanceof UnknownHostException ? "unknown host" : String.valueOf(cause));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** The table of a pool; in the short form, of the whole. */
    private Origin origin(PoolConfig pool) {
        ConfigTree.Member pools = tree.members().get("pools");
        if (pools != null && pools.value() instanceof ConfigTree.Table table
                && table.members().containsKey(pool.name())) {
            return table.members().get(pool.name()).key();
        }
        ConfigTree.Member backends = tree.members().get("backend_addrs");
        return backends == null ? tree.origin() : backends.key();
    }

    /** All of 127.0.0.0/8 can be listened on where there is a loopback interface. */
    private static boolean isForeign(HostPort listened) {
        return listened.literal().filter(address -> !address.isAnyLocalAddress() && !address.isLoopbackAddress()
                && !isOfAnInterface(address)).isPresent();
    }

    private static boolean isOfAnInterface(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) { // not known: no reason to warn
            return true;
        }
    }
}

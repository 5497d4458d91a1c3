package io.apexproxy.runtime.plugin;

import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.plugin.unit.ProviderKind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Hints for plugins that are part of the distribution in {@code contrib/} but not active. */
final class ContribPlugins {

    /** The unit to copy into the plugins directory, by the kind and the name of the provider. */
    private static final Map<ProviderKind, Map<String, String>> UNITS = Map.of(
            ProviderKind.LOAD_BALANCER, Map.of(
                    "least-connections", "apex-lb-leastconn.jar",
                    "peak-ewma", "apex-lb-peakewma.jar",
                    "random", "apex-lb-random.jar",
                    "rendezvous", "apex-lb-rendezvous.jar",
                    "source-hash", "apex-lb-sourcehash"),
            ProviderKind.HEALTH_CHECK, Map.of(
                    "http", "apex-health-http.jar",
                    "jdbc", "apex-health-jdbc",
                    "mysql", "apex-health-database.jar",
                    "postgres", "apex-health-database.jar",
                    "redis", "apex-health-database.jar"),
            ProviderKind.ROUTER, Map.of("weighted", "apex-route-weighted.jar"),
            ProviderKind.CONFIG_SOURCE, Map.of("etcd", "apex-config-etcd"),
            ProviderKind.BACKEND_SOURCE, Map.of(
                    "directory", "apex-source-documents",
                    "dns", "apex-source-dns",
                    "dns-srv", "apex-source-dns",
                    "docker", "apex-source-docker",
                    "http", "apex-source-documents"));

    private ContribPlugins() {
    }

    /**
     * Returns a hint for an unknown provider: the unit to copy into the plugins directory. The text begins with "; ".
     */
    static String hint(ProviderKind kind, String name, String plugins) {
        Map<String, String> units = new TreeMap<>(UNITS.get(kind));
        if (units.containsKey(name)) {
            return "; copy contrib/" + units.get(name) + " into " + plugins;
        }
        return units.keySet().stream().filter(known -> !Problems.didYouMean(name, List.of(known)).isEmpty())
                .findFirst()
                .map(known -> "; if '" + known + "' was meant, copy contrib/" + units.get(known) + " into " + plugins)
                .orElse("; copy its plugin, maybe from contrib/, into " + plugins);
    }
}

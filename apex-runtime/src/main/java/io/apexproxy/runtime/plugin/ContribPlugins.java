package io.apexproxy.runtime.plugin;

import io.apexproxy.runtime.config.tree.Problems;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Hints for plugins that are part of the distribution in {@code contrib/} but not active. */
final class ContribPlugins {

    /** The unit to copy into the plugins directory, by the name of the provider. */
    private static final Map<String, String> BY_NAME = new TreeMap<>(Map.ofEntries(
            Map.entry("least-connections", "apex-lb-leastconn.jar"),
            Map.entry("peak-ewma", "apex-lb-peakewma.jar"),
            Map.entry("random", "apex-lb-random.jar"),
            Map.entry("rendezvous", "apex-lb-rendezvous.jar"),
            Map.entry("source-hash", "apex-lb-sourcehash"),
            Map.entry("http", "apex-health-http.jar"),
            Map.entry("mysql", "apex-health-database.jar"),
            Map.entry("postgres", "apex-health-database.jar"),
            Map.entry("redis", "apex-health-database.jar"),
            Map.entry("weighted", "apex-route-weighted.jar"),
            Map.entry("etcd", "apex-config-etcd")));

    private ContribPlugins() {
    }

    /**
     * Returns a hint for an unknown provider: the unit to copy into the plugins directory. The text begins with "; ".
     */
    static String hint(String name, String plugins) {
        if (BY_NAME.containsKey(name)) {
            return "; copy contrib/" + BY_NAME.get(name) + " into " + plugins;
        }
        return BY_NAME.keySet().stream().filter(known -> !Problems.didYouMean(name, List.of(known)).isEmpty())
                .findFirst()
                .map(known -> "; if '" + known + "' was meant, copy contrib/" + BY_NAME.get(known) + " into " + plugins)
                .orElse("; copy its plugin, maybe from contrib/, into " + plugins);
    }
}

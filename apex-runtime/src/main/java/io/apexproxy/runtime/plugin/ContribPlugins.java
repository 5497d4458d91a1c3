package io.apexproxy.runtime.plugin;

import io.apexproxy.runtime.config.tree.Problems;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The plugins that the distribution has in {@code contrib/}, ready but not active, which is easily missed. */
final class ContribPlugins {

    /** What to copy into the plugins directory, by the name of the provider. */
    private static final Map<String, String> BY_NAME = new TreeMap<>(Map.of(
            "least-connections", "apex-lb-leastconn.jar",
            "random", "apex-lb-random.jar",
            "source-hash", "apex-lb-sourcehash",
            "http", "apex-health-http.jar",
            "etcd", "apex-config-etcd"));

    private ContribPlugins() {
    }

    /**
     * Returns what to copy for a provider that is not there.
     *
     * @param name of the provider, as the user wrote it
     * @param plugins the plugins directory
     * @return text that begins with "; "
     */
    static String wayOut(String name, String plugins) {
        if (BY_NAME.containsKey(name)) {
            return "; copy contrib/" + BY_NAME.get(name) + " into " + plugins;
        }
        return BY_NAME.keySet().stream().filter(known -> !Problems.didYouMean(name, List.of(known)).isEmpty())
                .findFirst()
                .map(known -> "; if '" + known + "' was meant, copy contrib/" + BY_NAME.get(known) + " into " + plugins)
                .orElse("; copy its plugin, maybe from contrib/, into " + plugins);
    }
}

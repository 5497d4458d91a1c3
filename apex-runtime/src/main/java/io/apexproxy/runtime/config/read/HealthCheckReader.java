package io.apexproxy.runtime.config.read;

import io.apexproxy.runtime.config.HealthCheckConfig;
import io.apexproxy.runtime.config.ProbeHeader;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.tls.ProbeTls;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.config.tree.ValueType;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Reader of the health check of a pool: the selection of the plugin, and the settings that all plugins have. */
final class HealthCheckReader {

    private static final String KEY = "health_check";
    private static final String DEFAULT = "tcp";
    private static final String PROXY_PROTOCOL = "proxy_protocol";
    private static final String TLS = "tls";
    private static final String AS_POOL = "as-pool";
    private static final String OFF = "off";
    /** A setting of plugins: the port of a service other than that of the connections. */
    private static final String PORT = "port";

    private static final List<String> KEYS =
            List.of("interval", "fast_interval", "timeout", "rise", "fall", PROXY_PROTOCOL);

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration FAST_INTERVAL = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int RISE = 2;
    private static final int FALL = 3;
    private static final int MAX_CONSECUTIVE = 1000; // more than an hour of probes every 5 s

    private final ProviderReader providers;

    HealthCheckReader(ProviderReader providers) {
        this.providers = providers;
    }

    /**
     * Reads the table, or the name of the plugin. Defaults replace invalid values.
     *
     * @param poolHasTls whether the pool has settings of TLS
     */
    HealthCheckConfig read(TreeSettings pool, boolean poolHasTls) {
        TreeSettings check = providers.selectionTable(pool, KEY, DEFAULT);
        Duration interval = check.duration("interval", INTERVAL);
        Duration shorter = interval.compareTo(FAST_INTERVAL) < 0 ? interval : FAST_INTERVAL;
        boolean otherService = check.keys().contains(PORT);
        ProbeTls probeTls = otherService ? ProbeTls.OFF : ProbeTls.AS_POOL;
        return new HealthCheckConfig(
                poolHasTls ? providers.provider(check, DEFAULT, withTls(KEYS)) : providerWithoutTls(check),
                interval,
                check.duration("fast_interval", shorter),
                check.duration("timeout", TIMEOUT),
                (int) check.integer("rise", 1, MAX_CONSECUTIVE, RISE),
                (int) check.integer("fall", 1, MAX_CONSECUTIVE, FALL),
                check.choice(PROXY_PROTOCOL, ProbeHeader.class, otherService ? ProbeHeader.OFF : ProbeHeader.AS_POOL),
                poolHasTls ? check.choice(TLS, ProbeTls.class, probeTls) : probeTls);
    }

    /**
     * Returns the selection of the plugin of a pool without TLS. Plugins of version 0.1 can have a setting {@code tls}
     * of their own, so the plugin gets this key.
     */
    private ProviderConfig providerWithoutTls(TreeSettings check) {
        ProviderConfig plugin = providers.provider(check, DEFAULT, KEYS);
        String tls = check.value(TLS).flatMap(ValueType::text).orElse("");
        if (tls.equals(AS_POOL)) {
            check.problem(TLS, "has no effect on a pool without TLS; leave it out, or add [pools.NAME.tls]");
        }
        return tls.equals(AS_POOL) || tls.equals(OFF)
                ? new ProviderConfig(plugin.path(), plugin.provider(), plugin.origin(), plugin.settings(),
                        withTls(plugin.runtimeKeys())) // so that a plugin that does not read the key accepts it
                : plugin;
    }

    private static List<String> withTls(List<String> keys) {
        return Stream.concat(keys.stream(), Stream.of(TLS)).toList();
    }
}

package io.apexproxy.runtime.plugin;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.ProviderConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A factory of configuration entries that select a provider. */
final class Selections {

    private static final Origin ORIGIN = new Origin("config.toml", 9, 17);

    private Selections() {
    }

    static ProviderConfig of(String provider) {
        return of(provider, Map.of());
    }

    /** Returns an entry with settings, all in line 10. */
    static ProviderConfig of(String provider, Map<String, Object> settings) {
        Origin line = new Origin("config.toml", 10, 1);
        Map<String, ConfigTree.Member> members = new LinkedHashMap<>();
        settings.forEach(
                (key, value) -> members.put(key, new ConfigTree.Member(line, new ConfigTree.Scalar(value, line))));
        return new ProviderConfig("pools.web.load_balancer", provider, ORIGIN, new ConfigTree.Table(members, ORIGIN),
                List.of("provider"));
    }
}

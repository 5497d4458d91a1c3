package io.apexproxy.runtime.plugin.unit;

import io.apexproxy.api.Provider;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.api.config.ConfigSourceProvider;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.api.route.RouterProvider;
import io.apexproxy.api.source.BackendSourceProvider;
import java.util.Arrays;

/** The kinds of providers. */
public enum ProviderKind {

    /** Picks a backend for each connection. */
    LOAD_BALANCER("load balancer", "balancer", LoadBalancerProvider.class),
    /** Probes the health of backends. */
    HEALTH_CHECK("health check", "health", HealthCheckProvider.class),
    /** Delivers listeners and pools. */
    CONFIG_SOURCE("configuration source", "config", ConfigSourceProvider.class),
    /** Chooses the pool of each connection. */
    ROUTER("router", "router", RouterProvider.class),
    /** Finds the backends of a pool. */
    BACKEND_SOURCE("backend source", "source", BackendSourceProvider.class);

    private final String label;
    private final String threadWord;
    private final Class<? extends Provider> type;

    ProviderKind(String label, String threadWord, Class<? extends Provider> type) {
        this.label = label;
        this.threadWord = threadWord;
        this.type = type;
    }

    /** Returns the kind of a type such as {@code LoadBalancerProvider.class}. Throws if there is no such kind. */
    public static ProviderKind of(Class<? extends Provider> type) {
        return Arrays.stream(values()).filter(kind -> kind.type == type).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no kind of plugin: " + type));
    }

    /** Returns whether a name in {@code provides} or {@code META-INF/services} is the type of a kind. */
    static boolean isService(String typeName) {
        return Arrays.stream(values()).anyMatch(kind -> kind.type.getName().equals(typeName));
    }

    /** Returns the name of the kind in messages and listings, such as {@code load balancer}. */
    public String label() {
        return label;
    }

    /** Returns the name of the kind in thread names, such as {@code balancer}. */
    public String threadWord() {
        return threadWord;
    }

    /** Returns the type of the providers of this kind, such as {@code LoadBalancerProvider.class}. */
    public Class<? extends Provider> type() {
        return type;
    }
}

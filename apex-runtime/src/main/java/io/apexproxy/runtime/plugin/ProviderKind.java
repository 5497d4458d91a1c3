package io.apexproxy.runtime.plugin;

import io.apexproxy.api.Provider;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.api.config.ConfigSourceProvider;
import io.apexproxy.api.health.HealthCheckProvider;
import java.util.Arrays;

/** The kinds of plugin that the runtime has a place for. */
enum ProviderKind {

    LOAD_BALANCER("load balancer", "balancer", LoadBalancerProvider.class),
    HEALTH_CHECK("health check", "health", HealthCheckProvider.class),
    CONFIG_SOURCE("configuration source", "config", ConfigSourceProvider.class);

    private final String label;
    private final String threadWord;
    private final Class<? extends Provider> type;

    ProviderKind(String label, String threadWord, Class<? extends Provider> type) {
        this.label = label;
        this.threadWord = threadWord;
        this.type = type;
    }

    static ProviderKind of(Class<? extends Provider> type) {
        return Arrays.stream(values()).filter(kind -> kind.type == type).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no kind of plugin: " + type));
    }

    /** Whether this is the name of a kind's type, as {@code provides} and {@code META-INF/services} have it. */
    static boolean isService(String typeName) {
        return Arrays.stream(values()).anyMatch(kind -> kind.type.getName().equals(typeName));
    }

    /** The words for messages and listings. */
    String label() {
        return label;
    }

    /** The word for names of threads. */
    String threadWord() {
        return threadWord;
    }

    Class<? extends Provider> type() {
        return type;
    }
}

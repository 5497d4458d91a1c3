package io.apexproxy.lb.random;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;

/**
 * Provides the load balancer {@code random}. Its one setting is {@code choices}: how many backends are drawn, 1 to
 * 100, 2 by default.
 *
 * @since 0.1
 */
public final class RandomProvider implements LoadBalancerProvider {

    private static final int DEFAULT_CHOICES = 2;

    /** Draws cost time; whoever wants more than this wants least connections, which looks at every backend once. */
    private static final int MAX_CHOICES = 100;

    /** Called by the runtime, through {@link java.util.ServiceLoader}. */
    public RandomProvider() {
    }

    @Override
    public String name() {
        return "random";
    }

    @Override
    public String description() {
        return "the least loaded of a few backends drawn at random";
    }

    @Override
    public LoadBalancer create(Settings settings, PluginContext context) {
        int choices = (int) settings.integer("choices", 1, MAX_CHOICES, DEFAULT_CHOICES);
        return healthy -> new RandomPicker(healthy, choices);
    }
}

package io.apexproxy.lb.random;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;

/**
 * The provider of the load balancer {@code random}. Its only setting is {@code choices}, the number of draws, from 1 to
 * 100, 2 by default.
 *
 * @since 0.1
 */
public final class RandomProvider implements LoadBalancerProvider {

    private static final int DEFAULT_CHOICES = 2;

    /** More draws cost more than least connections, which examines every backend once. */
    private static final int MAX_CHOICES = 100;

    /** Creates the provider. */
    public RandomProvider() {
    }

    @Override
    public String name() {
        return "random";
    }

    @Override
    public String description() {
        return "the least loaded of a few randomly drawn backends";
    }

    @Override
    public LoadBalancer create(Settings settings, PluginContext context) {
        int choices = (int) settings.integer("choices", 1, MAX_CHOICES, DEFAULT_CHOICES);
        return healthy -> new RandomPicker(healthy, choices);
    }
}

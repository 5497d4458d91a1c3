package io.apexproxy.route.weighted;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.route.Router;
import io.apexproxy.api.route.RouterProvider;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The provider of the router {@code weighted}. Its only setting is {@code pools}, a table of the names of pools with
 * their percentages of the clients.
 *
 * @since 0.2
 */
public final class WeightedProvider implements RouterProvider {

    private static final String POOLS = "pools";

    /** Creates the provider. */
    public WeightedProvider() {
    }

    @Override
    public String name() {
        return "weighted";
    }

    @Override
    public String description() {
        return "a share of the clients to other pools, always the same clients";
    }

    @Override
    public Router create(Settings settings, PluginContext context) {
        Settings pools = settings.table(POOLS);
        SortedMap<String, Integer> percentages = new TreeMap<>();
        for (String pool : pools.keys()) {
            percentages.put(pool, (int) pools.integer(pool, 1, WeightedRouter.ALL));
        }
        int sum = percentages.values().stream().mapToInt(Integer::intValue).sum();
        if (sum == 0) {
            throw settings.invalid(POOLS, "expected pools and their percentages such as { canary = 5 }, found none");
        }
        if (sum > WeightedRouter.ALL) {
            throw settings.invalid(POOLS,
                    "expected percentages with a sum of at most " + WeightedRouter.ALL + ", found " + sum);
        }
        return new WeightedRouter(percentages);
    }
}

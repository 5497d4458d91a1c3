package io.apexproxy.bench.hostile;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.route.Route;
import io.apexproxy.api.route.Router;
import io.apexproxy.api.route.RouterProvider;

/** A router that throws, returns nothing, or names what does not exist. */
public final class HostileRouting implements RouterProvider {

    @Override
    public String name() {
        return "hostile";
    }

    @Override
    public Router create(Settings settings, PluginContext context) {
        return connection -> switch (Misdeeds.any(5)) {
            case 0 -> Misdeeds.fail();
            case 1 -> null;
            case 2 -> new Route.ToPool(Misdeeds.text());
            case 3 -> new Route.Refuse(Misdeeds.text());
            default -> throw new StackOverflowError("depth " + Misdeeds.overflow(0));
        };
    }
}

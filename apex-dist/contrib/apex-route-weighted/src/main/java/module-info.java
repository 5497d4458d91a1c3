/**
 * The router {@code weighted}: a share of the clients to other pools, always the same clients.
 *
 * <p>The module exports nothing. The runtime finds the provider as a service.
 */
module io.apexproxy.route.weighted {
    requires io.apexproxy.api;

    provides io.apexproxy.api.route.RouterProvider with
            io.apexproxy.route.weighted.WeightedProvider;
}

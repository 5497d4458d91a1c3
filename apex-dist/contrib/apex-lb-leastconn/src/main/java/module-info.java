/**
 * The load balancer {@code least-connections}: the backend with the fewest connections in proportion to its weight.
 *
 * <p>The module exports nothing. The runtime finds the provider as a service.
 */
module io.apexproxy.lb.leastconn {
    requires io.apexproxy.api;

    provides io.apexproxy.api.balance.LoadBalancerProvider with
            io.apexproxy.lb.leastconn.LeastConnectionsProvider;
}

/**
 * The load balancer {@code least-connections}: the backend with the fewest connections in proportion to its weight.
 *
 * <p>Nothing is exported; the runtime finds the provider by its name.
 */
module io.apexproxy.lb.leastconn {
    requires io.apexproxy.api;

    provides io.apexproxy.api.balance.LoadBalancerProvider with
            io.apexproxy.lb.leastconn.LeastConnectionsProvider;
}

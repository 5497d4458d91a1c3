/**
 * The load balancer {@code round-robin}: each healthy backend in turn, in proportion to its weight.
 *
 * <p>The module exports nothing. The runtime finds the provider as a service.
 */
module io.apexproxy.lb.roundrobin {
    requires io.apexproxy.api;

    provides io.apexproxy.api.balance.LoadBalancerProvider with
            io.apexproxy.lb.roundrobin.RoundRobinProvider;
}

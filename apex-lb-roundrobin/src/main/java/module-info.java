/**
 * The load balancer {@code round-robin}: every healthy backend in turn, in proportion to its weight.
 *
 * <p>Nothing is exported; the runtime finds the provider by its name.
 */
module io.apexproxy.lb.roundrobin {
    requires io.apexproxy.api;

    provides io.apexproxy.api.balance.LoadBalancerProvider with
            io.apexproxy.lb.roundrobin.RoundRobinProvider;
}

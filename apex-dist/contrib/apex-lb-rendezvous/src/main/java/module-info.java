/**
 * The load balancer {@code rendezvous}: the same backend for the same client, with an optional bound of the load.
 *
 * <p>The module exports nothing. The runtime finds the provider as a service.
 */
module io.apexproxy.lb.rendezvous {
    requires io.apexproxy.api;

    provides io.apexproxy.api.balance.LoadBalancerProvider with
            io.apexproxy.lb.rendezvous.RendezvousProvider;
}

/**
 * The load balancer {@code peak-ewma}: of two randomly drawn backends, the one that is expected to answer sooner.
 *
 * <p>The module exports nothing. The runtime finds the provider as a service.
 */
module io.apexproxy.lb.peakewma {
    requires io.apexproxy.api;

    provides io.apexproxy.api.balance.LoadBalancerProvider with
            io.apexproxy.lb.peakewma.PeakEwmaProvider;
}

/**
 * The load balancer {@code source-hash}: the same backend for the same client, as long as it is healthy.
 *
 * <p>The module exports nothing. The runtime finds the provider as a service.
 */
module io.apexproxy.lb.sourcehash {
    requires io.apexproxy.api;
    requires org.apache.commons.codec; // hash function; in plugins/apex-lb-sourcehash/

    provides io.apexproxy.api.balance.LoadBalancerProvider with
            io.apexproxy.lb.sourcehash.SourceHashProvider;
}

/**
 * The load balancer {@code source-hash}: the same client gets the same backend, as long as that is healthy.
 *
 * <p>Nothing is exported; the runtime finds the provider by its name.
 */
module io.apexproxy.lb.sourcehash {
    requires io.apexproxy.api;
    requires org.apache.commons.codec; // the hash function; ships beside this jar, in plugins/apex-lb-sourcehash/

    provides io.apexproxy.api.balance.LoadBalancerProvider with
            io.apexproxy.lb.sourcehash.SourceHashProvider;
}

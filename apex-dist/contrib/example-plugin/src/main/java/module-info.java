/** Load balancer: prefers the backends of a zone. */
module com.example.zone {
    requires io.apexproxy.api;

    provides io.apexproxy.api.balance.LoadBalancerProvider with com.example.zone.ZoneProvider;
}

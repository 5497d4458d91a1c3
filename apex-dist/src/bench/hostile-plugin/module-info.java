/** Plugins that do at random what a plugin should not do. The script attack compiles and installs them. */
module io.apexproxy.bench.hostile {
    requires io.apexproxy.api;

    provides io.apexproxy.api.balance.LoadBalancerProvider with io.apexproxy.bench.hostile.HostileBalancing;
    provides io.apexproxy.api.health.HealthCheckProvider with io.apexproxy.bench.hostile.HostileChecking;
    provides io.apexproxy.api.route.RouterProvider with io.apexproxy.bench.hostile.HostileRouting;
    provides io.apexproxy.api.source.BackendSourceProvider with io.apexproxy.bench.hostile.HostileSourcing;
}

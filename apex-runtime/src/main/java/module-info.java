/**
 * The proxy: listeners, sessions and buffers, pools of backends and their health, the configuration, plugin loading and
 * the command line.
 *
 * <p>{@link io.apexproxy.runtime.ApexProxy} and {@link io.apexproxy.runtime.snapshot.Snapshot} are exported, so that
 * programs can embed a proxy. Plugins are discovered as services; the runtime requires none of them.
 */
@SuppressWarnings("requires-automatic") // io.prometheus has no module descriptors, only Automatic-Module-Name
module io.apexproxy.runtime {
    requires transitive io.apexproxy.api; // the tree of ProxyOptions, and the exceptions of ApexProxy
    requires org.slf4j;
    requires info.picocli; // the command line
    requires jdk.httpserver; // the backends of --demo
    requires com.fasterxml.jackson.core; // /status
    requires io.prometheus.metrics.model; // /metrics; automatic, like the next two
    requires io.prometheus.metrics.config; // for signatures of io.prometheus.writer.text
    requires io.prometheus.writer.text; // the text formats of /metrics
    requires jdk.net; // socket options for TCP keepalive times
    requires jdk.management; // processor time and descriptors in /metrics
    requires static ch.qos.logback.classic; // optional: an embedding program can use another SLF4J provider
    requires static ch.qos.logback.core;
    requires static com.google.errorprone.annotations; // the compiler reads GuardedBy

    exports io.apexproxy.runtime;
    exports io.apexproxy.runtime.snapshot;
    exports io.apexproxy.runtime.log to ch.qos.logback.core; // Logback instantiates the appenders

    uses io.apexproxy.api.balance.LoadBalancerProvider;
    uses io.apexproxy.api.config.ConfigSourceProvider;
    uses io.apexproxy.api.health.HealthCheckProvider;
    uses io.apexproxy.api.route.RouterProvider;
    uses io.apexproxy.api.source.BackendSourceProvider;
    uses java.security.Provider; // tls_provider

    provides io.apexproxy.api.health.HealthCheckProvider with
            io.apexproxy.runtime.pool.health.NoHealthCheckProvider;
}

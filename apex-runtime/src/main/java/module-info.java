/**
 * The proxy: listeners, sessions and buffers; pools of backends and their health; the reading of the configuration; the
 * finding of plugins; the command line.
 *
 * <p>Exported are {@link io.apexproxy.runtime.ApexProxy} and the view of it that
 * {@link io.apexproxy.runtime.snapshot.Snapshot} is, so that the proxy can be used as a library. Plugins are found as
 * services; the runtime requires none of them.
 */
@SuppressWarnings("requires-automatic") // io.prometheus has no descriptors; its names are reserved in the manifests
module io.apexproxy.runtime {
    requires io.apexproxy.api;
    requires org.slf4j;
    requires info.picocli; // the command line
    requires jdk.httpserver; // the two backends of --demo
    requires com.fasterxml.jackson.core; // /status
    requires io.prometheus.metrics.model; // /metrics; automatic, as the two below
    requires io.prometheus.metrics.config; // named in signatures of the next one
    requires io.prometheus.writer.text; // the formats
    requires jdk.net; // the times of TCP keepalive
    requires jdk.management; // processor time and descriptors in /metrics
    requires static ch.qos.logback.classic; // what its configuration names; a library's user may have another log
    requires static ch.qos.logback.core;

    exports io.apexproxy.runtime;
    exports io.apexproxy.runtime.snapshot;
    exports io.apexproxy.runtime.log to ch.qos.logback.core; // which makes the appender

    uses io.apexproxy.api.balance.LoadBalancerProvider;
    uses io.apexproxy.api.config.ConfigSourceProvider;
    uses io.apexproxy.api.health.HealthCheckProvider;

    provides io.apexproxy.api.health.HealthCheckProvider with
            io.apexproxy.runtime.pool.health.NoHealthCheckProvider;
}

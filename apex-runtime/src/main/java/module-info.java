/**
 * The proxy: listeners, sessions and buffers; pools of backends and their health; the reading of the configuration; the
 * finding of plugins; the command line.
 *
 * <p>Exported is {@code io.apexproxy.runtime} alone, with {@link io.apexproxy.runtime.ApexProxy}, so that the proxy can be
 * used as a library. Plugins are found as services; the runtime requires none of them.
 */
module io.apexproxy.runtime {
    requires io.apexproxy.api;
    requires org.slf4j;
    requires info.picocli; // the command line
    requires jdk.httpserver; // the two backends of --demo

    exports io.apexproxy.runtime;

    uses io.apexproxy.api.balance.LoadBalancerProvider;
    uses io.apexproxy.api.config.ConfigSourceProvider;
    uses io.apexproxy.api.health.HealthCheckProvider;
}

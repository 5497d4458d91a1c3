/**
 * API between Apex and its plugins: five kinds of plugin and the types that they exchange with the runtime.
 *
 * <p>A plugin implements the {@link io.apexproxy.api.Provider} of its kind, declares it with
 * {@code provides … with …} in its module descriptor, and is selected by its name in {@code config.toml}:
 *
 * <table>
 * <caption>Kinds of plugin</caption>
 * <tr><th>kind</th><th>provider</th><th>decides</th></tr>
 * <tr><td>load balancer</td><td>{@link io.apexproxy.api.balance.LoadBalancerProvider}</td>
 *     <td>which healthy backend serves the next connection</td></tr>
 * <tr><td>health check</td><td>{@link io.apexproxy.api.health.HealthCheckProvider}</td>
 *     <td>whether a backend is able to serve</td></tr>
 * <tr><td>configuration source</td><td>{@link io.apexproxy.api.config.ConfigSourceProvider}</td>
 *     <td>which listeners, pools and backends exist</td></tr>
 * <tr><td>router</td><td>{@link io.apexproxy.api.route.RouterProvider}</td>
 *     <td>which pool serves the next connection, if any</td></tr>
 * <tr><td>backend source</td><td>{@link io.apexproxy.api.source.BackendSourceProvider}</td>
 *     <td>which backends a pool has</td></tr>
 * </table>
 *
 * <p>No parameter and no return value is ever {@code null}, in either direction. The runtime passes interfaces to
 * plugins; later versions can add methods to them. Plugins return records and sealed types. Types that plugins
 * implement gain default methods only.
 *
 * <p>All plugins and {@code io.apexproxy.runtime} use this module. It depends only on {@code java.base}.
 */
module io.apexproxy.api {
    exports io.apexproxy.api;
    exports io.apexproxy.api.balance;
    exports io.apexproxy.api.config;
    exports io.apexproxy.api.health;
    exports io.apexproxy.api.route;
    exports io.apexproxy.api.source;
}

/**
 * The words that plugins and the runtime share: three kinds of plugin and the few types they exchange.
 *
 * <p>A plugin implements a {@link io.apexproxy.api.Provider} of one of three kinds, declares it with
 * {@code provides … with …} in its module descriptor, and is selected by its name in {@code config.toml}:
 *
 * <table>
 * <caption>Kinds of plugin</caption>
 * <tr><th>kind</th><th>provider</th><th>the question it answers</th></tr>
 * <tr><td>load balancer</td><td>{@link io.apexproxy.api.balance.LoadBalancerProvider}</td>
 *     <td>which healthy backend serves the next connection?</td></tr>
 * <tr><td>health check</td><td>{@link io.apexproxy.api.health.HealthCheckProvider}</td>
 *     <td>is this backend able to serve?</td></tr>
 * <tr><td>configuration source</td><td>{@link io.apexproxy.api.config.ConfigSourceProvider}</td>
 *     <td>what are the listeners, pools and backends?</td></tr>
 * </table>
 *
 * <p>No parameter and no return value is ever {@code null}, in either direction. What the runtime hands to a plugin are
 * interfaces, so that they can grow; the values that a plugin returns are records or sealed. What a plugin implements
 * grows by default methods only.
 *
 * <p>Used by every plugin and by {@code io.apexproxy.runtime}. It depends on nothing but {@code java.base}.
 */
module io.apexproxy.api {
    exports io.apexproxy.api;
    exports io.apexproxy.api.balance;
    exports io.apexproxy.api.config;
    exports io.apexproxy.api.health;
}

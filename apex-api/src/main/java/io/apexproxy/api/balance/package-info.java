/**
 * Load balancers: plugins that pick the backend of each connection.
 *
 * <p>A complete plugin:
 * <pre>{@code
 * public final class FirstProvider implements LoadBalancerProvider {
 *     public String name() { return "first"; }
 *     public LoadBalancer create(Settings settings, PluginContext context) {
 *         return healthy -> connection -> healthy.get(0);
 *     }
 * }
 * }</pre>
 * with the descriptor
 * <pre>{@code
 * module com.example.first {
 *     requires io.apexproxy.api;
 *     provides io.apexproxy.api.balance.LoadBalancerProvider with com.example.first.FirstProvider;
 * }
 * }</pre>
 *
 * <p>Two steps keep plugins free of locks. {@code over} runs off the hot path and can build any data structure. The
 * picker that it returns is a snapshot shared by the event loops. A plugin that throws, returns {@code null} or hangs
 * affects its own pool only: the runtime logs the error and picks round-robin instead.
 */
package io.apexproxy.api.balance;

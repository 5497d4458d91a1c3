/**
 * Routers: plugins that choose the pool of each connection, or refuse it.
 *
 * <p>A complete plugin, which sends the clients of one network to a pool of their own:
 * <pre>{@code
 * public final class OfficeProvider implements RouterProvider {
 *     public String name() { return "office"; }
 *     public Router create(Settings settings, PluginContext context) {
 *         Route office = new Route.ToPool(settings.string("pool"));
 *         return connection -> connection.client() instanceof InetSocketAddress client
 *                 && client.getAddress().isSiteLocalAddress() ? office : Route.PASS;
 *     }
 * }
 * }</pre>
 * with the descriptor
 * <pre>{@code
 * module com.example.office {
 *     requires io.apexproxy.api;
 *     provides io.apexproxy.api.route.RouterProvider with com.example.office.OfficeProvider;
 * }
 * }</pre>
 *
 * <p>A router decides once per connection, before the {@code routes} of the listener. It can be an access rule, so a
 * router that fails opens nothing: the runtime logs the error and refuses the connection.
 */
package io.apexproxy.api.route;

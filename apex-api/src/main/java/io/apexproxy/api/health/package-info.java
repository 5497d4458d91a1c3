/**
 * Health checks: plugins that find out whether a backend is able to serve.
 *
 * <p>A plugin makes single probes. The runtime schedules them, limits their time, counts results until a verdict
 * changes, and logs it, in the same way for every provider. Its settings {@code interval}, {@code fast_interval},
 * {@code timeout}, {@code rise} and {@code fall} are in the same table as those of the plugin. At most one probe per
 * backend is in flight.
 *
 * <p>A complete provider with a probe in blocking code:
 * <pre>{@code
 * public final class FileProvider implements HealthCheckProvider {
 *     public String name() { return "file"; }
 *     public HealthCheck create(Settings settings, PluginContext context) {
 *         return HealthCheck.blocking((backend, timeout) -> Files.exists(Path.of("/run/up", backend.name()))
 *                 ? HealthResult.healthy() : HealthResult.unhealthy("no file"));
 *     }
 * }
 * }</pre>
 */
package io.apexproxy.api.health;

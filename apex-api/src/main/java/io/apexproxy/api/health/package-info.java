/**
 * Health checks: a plugin answers one question about one backend, the runtime does the rest.
 *
 * <p>When a probe starts, how long it may take, how many in a row change a verdict and what is logged is the runtime's
 * business and configured alike for every provider: {@code interval}, {@code fast_interval}, {@code timeout},
 * {@code rise} and {@code fall} stand in the same table as the plugin's own settings. At most one probe per backend is
 * in flight.
 *
 * <p>A complete provider, for a probe written as plain blocking code:
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

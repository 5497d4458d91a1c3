package io.apexproxy.health.http;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;

/**
 * Provides the health check {@code http}.
 *
 * <p>Settings, all optional:
 * <ul>
 * <li>{@code method}: {@code "GET"} by default
 * <li>{@code path}: {@code "/"} by default, with a query if need be
 * <li>{@code host}: the {@code Host} header, by default the backend's host and port
 * <li>{@code port}: probe this port of the backend's host, 1 to 65535, instead of the one that serves
 * <li>{@code status}: the status or range of statuses of a healthy backend, {@code "200-399"} by default
 * <li>{@code body}: text that the first 64 KiB of the body have to contain
 * </ul>
 *
 * @since 0.1
 */
public final class HttpProvider implements HealthCheckProvider {

    /** Called by the runtime, through {@link java.util.ServiceLoader}. */
    public HttpProvider() {
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public String description() {
        return "healthy when an HTTP request is answered with the expected status, and optionally body";
    }

    @Override
    public HealthCheck create(Settings settings, PluginContext context) {
        Request request = Request.from(settings);
        return new HttpCheck(request, Expectation.from(settings, request.method()), context.executor());
    }
}

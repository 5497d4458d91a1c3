package io.apexproxy.health.http;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;

/**
 * The provider of the health check {@code http}.
 *
 * <p>Settings, all optional:
 * <ul>
 * <li>{@code method}: {@code "GET"} by default
 * <li>{@code path}: the path, optionally with a query; {@code "/"} by default
 * <li>{@code host}: the {@code Host} header; host and port of the backend by default
 * <li>{@code port}: the port to probe on the host of the backend, 1 to 65535, instead of the port of the backend
 * <li>{@code status}: the expected status or range; {@code "200-399"} by default
 * <li>{@code body}: the text that the first 64 KiB of the body have to contain
 * </ul>
 *
 * @since 0.1
 */
public final class HttpProvider implements HealthCheckProvider {

    /** Creates the provider. */
    public HttpProvider() {
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public String description() {
        return "healthy if the response to an HTTP request has the expected status, and optionally body";
    }

    @Override
    public HealthCheck create(Settings settings, PluginContext context) {
        Request request = Request.from(settings);
        return new HttpCheck(request, Expectation.from(settings, request.method()), context);
    }
}

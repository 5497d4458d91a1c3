package io.apexproxy.health.tcp;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;

/**
 * Provides the health check {@code tcp}.
 *
 * <p>Settings, all optional:
 * <ul>
 * <li>{@code port}: probe this port of the backend's host, 1 to 65535, instead of the one that serves; not for a
 *     backend that is a Unix-domain socket
 * <li>{@code send}: text that is sent, in UTF-8, as soon as the connection stands
 * <li>{@code expect}: text with which the backend's answer, or its greeting if nothing is sent, has to begin
 * </ul>
 *
 * @since 0.1
 */
public final class TcpProvider implements HealthCheckProvider {

    /** Called by the runtime, through {@link java.util.ServiceLoader}. */
    public TcpProvider() {
    }

    @Override
    public String name() {
        return "tcp";
    }

    @Override
    public String description() {
        return "healthy when a TCP connection can be made, and optionally the answer begins as expected";
    }

    @Override
    public HealthCheck create(Settings settings, PluginContext context) {
        return new TcpCheck(SendExpect.from(settings), context.executor());
    }
}

package io.apexproxy.health.tcp;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;

/**
 * The provider of the health check {@code tcp}.
 *
 * <p>Settings, all optional:
 * <ul>
 * <li>{@code port}: the port to probe on the host of the backend, 1 to 65535, instead of the port of the backend; not
 *     allowed for backends with a Unix-domain socket
 * <li>{@code send}: the text to send, in UTF-8, when the connection is established
 * <li>{@code expect}: the text with which the response of the backend has to begin, or its greeting if nothing is sent
 * <li>{@code send_hex}, {@code expect_hex}: the same as bytes in hex digits
 * <li>{@code reset}: whether the connection ends with a reset instead of FIN; {@code true} by default if nothing is
 *     sent and expected
 * </ul>
 *
 * @since 0.1
 */
public final class TcpProvider implements HealthCheckProvider {

    /** Creates the provider. */
    public TcpProvider() {
    }

    @Override
    public String name() {
        return "tcp";
    }

    @Override
    public String description() {
        return "healthy if a TCP connection can be opened, and optionally the response begins as expected";
    }

    @Override
    public HealthCheck create(Settings settings, PluginContext context) {
        return new TcpCheck(SendExpect.from(settings), context);
    }
}

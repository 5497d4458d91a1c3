package io.apexproxy.health.jdbc;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;
import java.sql.Driver;
import java.util.function.Supplier;

/**
 * The provider of the health check {@code jdbc}.
 *
 * <p>Settings:
 * <ul>
 * <li>{@code url}: the URL of the driver, with <code>{host}</code> and usually <code>{port}</code> for the address of
 *     the backend
 * <li>{@code query}: the statement of each probe
 * <li>{@code expect}, optional: a boolean, a whole number or a string that the first column of the first row has to
 *     have
 * <li>{@code user} and {@code password_file}, optional: the user, and the file whose first line is the password; each
 *     probe reads it again
 * <li>{@code properties}, optional: a table of further properties of the driver, all strings
 * </ul>
 *
 * @since 0.2
 */
public final class JdbcProvider implements HealthCheckProvider {

    private final Supplier<Drivers> drivers;

    /** Creates the provider. Called by the {@link java.util.ServiceLoader}. */
    public JdbcProvider() {
        this(Drivers::ofUnit);
    }

    /** Creates a provider with other drivers than those in the directory of the plugin. */
    JdbcProvider(Supplier<Drivers> drivers) {
        this.drivers = drivers;
    }

    @Override
    public String name() {
        return "jdbc";
    }

    @Override
    public String description() {
        return "healthy if a query has the expected result, with a JDBC driver in the directory of the plugin";
    }

    @Override
    public HealthCheck create(Settings settings, PluginContext context) {
        UrlTemplate url = UrlTemplate.from(settings);
        Query query = Query.from(settings);
        Login login = Login.from(settings, context);
        Driver driver = drivers.get().accepting(url.example(), settings);
        return new JdbcCheck(new JdbcProbe.Options(driver, url, login, query), context.executor());
    }
}

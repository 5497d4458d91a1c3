package io.apexproxy.source.dns;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.source.BackendSourceProvider;

/** The provider of the backend source {@code dns}. */
public final class AddressProvider implements BackendSourceProvider {

    private static final int MAX_PORT = 65_535;

    /** Called by the {@link java.util.ServiceLoader}. */
    public AddressProvider() {
    }

    @Override
    public String name() {
        return "dns";
    }

    @Override
    public String description() {
        return "the addresses of a DNS name, each of which is a backend";
    }

    @Override
    public BackendSource create(Settings settings, PluginContext context) {
        int port = (int) settings.integer("port", 1, MAX_PORT);
        return new AddressSource(DnsSettings.name(settings, "db.example.com"), port, DnsSettings.resolver(settings));
    }
}

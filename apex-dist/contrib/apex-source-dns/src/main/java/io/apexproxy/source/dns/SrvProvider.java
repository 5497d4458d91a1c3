package io.apexproxy.source.dns;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.source.BackendSourceProvider;

/** The provider of the backend source {@code dns-srv}. */
public final class SrvProvider implements BackendSourceProvider {

    /** Called by the {@link java.util.ServiceLoader}. */
    public SrvProvider() {
    }

    @Override
    public String name() {
        return "dns-srv";
    }

    @Override
    public String description() {
        return "SRV records of a DNS name, with their weights, and their priorities as tiers";
    }

    @Override
    public BackendSource create(Settings settings, PluginContext context) {
        return new SrvSource(DnsSettings.name(settings, "_postgres._tcp.example.com"), DnsSettings.resolver(settings),
                context.executor(), System::nanoTime);
    }
}

package io.apexproxy.source.dns;

import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.source.FoundBackend;
import java.io.IOException;
import java.util.List;
import org.xbill.DNS.Name;

/** Looks up the addresses of a name, each of which is a backend. */
final class AddressSource implements BackendSource {

    private final Name name;
    private final int port;
    private final Addresses addresses;
    private final MissingName missing = new MissingName();

    AddressSource(Name name, int port, Resolver resolver) {
        this.name = name;
        this.port = port;
        this.addresses = new Addresses(resolver);
    }

    @Override
    public Answer find() throws IOException {
        Addresses.Found found = addresses.of(name);
        missing.check(name, found.response());
        List<FoundBackend> backends = found.addresses().stream()
                .map(address -> FoundBackend.of(SrvBackends.text(address, port))).toList();
        return new Answer(backends, Response.validity(found.response().ttlSeconds()));
    }
}

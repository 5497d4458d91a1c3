package io.apexproxy.source.dns;

import io.apexproxy.api.source.BackendSourceProvider;
import io.apexproxy.api.testkit.BackendSourceContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.xbill.DNS.Rcode;

class SrvContractTest extends BackendSourceContract {

    private final FakeDns dns = new FakeDns();

    @AfterEach
    void stop() {
        dns.close();
    }

    @Override
    protected BackendSourceProvider provider() {
        return new SrvProvider();
    }

    @Override
    protected Map<String, Object> settings() {
        return Map.of("name", "_x._tcp.apex.test", "servers", List.of(dns.address()), "timeout", Duration.ofSeconds(2));
    }

    @Override
    protected void publish(Path directory, List<String> addresses) {
        dns.overUdp = response -> List.of(response.toWire());
        dns.serve(Stream.concat(Stream.of("_x._tcp.apex.test 60 IN TXT exists", "a.apex.test 60 IN A 127.0.0.1"),
                addresses.stream().map(address -> "_x._tcp.apex.test 60 IN SRV 1 1 "
                        + address.substring(address.indexOf(':') + 1) + " a.apex.test."))
                .toArray(String[]::new));
    }

    @Override
    protected void spoil(Path directory) {
        dns.overUdp = response -> {
            response.getHeader().setRcode(Rcode.SERVFAIL);
            return List.of(response.toWire());
        };
    }
}

package io.apexproxy.runtime.config.read;

import static io.apexproxy.runtime.config.read.Mistakes.assertReported;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.AccessConfig;
import io.apexproxy.runtime.config.ClientLimits;
import io.apexproxy.runtime.config.ConfigChange;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.ProxyHeaderConfig;
import io.apexproxy.runtime.config.ProxyHeaderConfig.Others;
import io.apexproxy.runtime.config.ProxyVersion;
import io.apexproxy.runtime.config.address.NetworkSet;
import io.apexproxy.runtime.config.address.Networks;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeFixture;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The settings that decide which clients a listener serves, and their mistakes. */
class AccessReaderTest {

    private static final String LISTENER = """
            [pools.web]
            backends = ["127.0.0.1:9000"]
            [listeners.web]
            listen_addr = "127.0.0.1:8081"
            pool = "web"
            """;

    private static ProxyConfig read(String keys) {
        Problems problems = new Problems();
        ProxyConfig config = ConfigReader.read(TreeFixture.tree(LISTENER + keys), problems);
        assertThat(problems.list()).isEmpty();
        return config;
    }

    private static AccessConfig access(String keys) {
        return read(keys).listeners().get(0).access();
    }

    private static NetworkSet networks(String... texts) {
        return new NetworkSet(Stream.of(texts).map(Networks::parse).toList());
    }

    @Test
    void listenerIsOpenByDefault() {
        assertThat(access("")).isEqualTo(AccessConfig.OPEN);
        assertThat(AccessConfig.OPEN.isOpen()).isTrue();
    }

    @Test
    void allSettingsAreRead() {
        AccessConfig access = access("""
                proxy_protocol = { from = ["10.0.0.0/8", "unix:"], others = "direct" }
                first_bytes_timeout = "3s"
                allow = ["192.0.2.0/24", "2001:db8::/32"]
                deny = ["::ffff:192.0.2.66"]
                rate = 500
                per_client = { max_connections = 10, rate = 5, ipv6_prefix = 56, table_size = 1000 }
                """);

        assertThat(access).isEqualTo(new AccessConfig(
                Optional.of(new ProxyHeaderConfig(networks("10.0.0.0/8", "unix:"), Others.DIRECT)),
                Duration.ofSeconds(3), networks("192.0.2.0/24", "2001:db8::/32"), networks("192.0.2.66"), 500,
                new ClientLimits(10, 5, 56, 1000)));
        assertThat(access.isOpen()).isFalse();
    }

    @Test
    void peersOutsideFromAreRefusedByDefault() {
        assertThat(access("proxy_protocol = { from = [\"10.0.0.1\"] }").proxyProtocol().orElseThrow().others())
                .isEqualTo(Others.REFUSE);
    }

    @Test
    void changesAreNamedByTheirKeys() {
        ConfigChange change = ConfigChange.between(read("allow = [\"10.0.0.0/8\"]"),
                read("deny = [\"10.0.0.0/8\"]\nper_client = { rate = 1 }"));

        assertThat(change).hasToString("listeners: ~web (allow, deny, per_client)");
    }

    @Test
    void mistakesAreReportedWithTheirOrigins() {
        assertReported(LISTENER + """
                proxy_protocol = { form = ["10.0.0.0/8"], others = "ignore" }
                first_bytes_timeout = 10
                allow = []
                deny = ["10.0.0.1/8", "app.example"]
                rate = -1
                per_client = { max_connections = -1, ipv6_prefix = 0, table_size = 0, rat = 1 }
                """,
                "config.toml:6:20: listeners.web.proxy_protocol: unknown key 'form' (did you mean 'from'?)",
                "config.toml:6:52: listeners.web.proxy_protocol.others: expected \"refuse\" or \"direct\", found"
                        + " \"ignore\"",
                "config.toml:7:23: listeners.web.first_bytes_timeout: expected a duration such as \"5s\", found 10;"
                        + " write \"10s\" if these are seconds",
                "config.toml:8:9: listeners.web.allow: expected at least one network such as \"10.0.0.0/8\", found [];"
                        + " write [\"0.0.0.0/0\", \"::/0\"] for all",
                "config.toml:9:9: listeners.web.deny[0]: expected a network such as \"10.0.0.0/8\" or an address, found"
                        + " \"10.0.0.1/8\"; bits after the prefix are set; did you mean \"10.0.0.0/8\"?",
                "config.toml:9:23: listeners.web.deny[1]: expected a network such as \"10.0.0.0/8\" or an address,"
                        + " found \"app.example\"; names are not resolved, write an address",
                "config.toml:10:8: listeners.web.rate: expected a whole number from 0 to 1000000, found -1",
                "config.toml:11:34: listeners.web.per_client.max_connections: expected a whole number from 0 to"
                        + " 2147483647, found -1",
                "config.toml:11:52: listeners.web.per_client.ipv6_prefix: expected a whole number from 1 to 128,"
                        + " found 0",
                "config.toml:11:68: listeners.web.per_client.table_size: expected a whole number from 1 to 10000000,"
                        + " found 0",
                "config.toml:11:71: listeners.web.per_client: unknown key 'rat' (did you mean 'rate'?)");
    }

    @Test
    void proxyProtocolRequiresFrom() {
        assertReported(LISTENER + "proxy_protocol = { others = \"direct\" }\n",
                "config.toml:6:18: listeners.web.proxy_protocol.from: missing, expected the networks of the peers that"
                        + " send a header, such as [\"10.0.0.0/8\"]");
    }

    @Test
    void sourceAddressIsALiteralAddress() {
        assertReported("""
                [listeners.web]
                listen_addr = "127.0.0.1:8081"
                pool = "a"
                [pools.a]
                backends = ["127.0.0.1:9000"]
                source_address = "localhost"
                proxy_protocol = "v3"
                [pools.b]
                backends = ["127.0.0.1:9000"]
                source_address = "300.1.1.1"
                [pools.c]
                backends = ["127.0.0.1:9000"]
                source_address = "2001:db8::5"
                """,
                "config.toml:6:18: pools.a.source_address: expected an address such as \"10.0.0.5\", found"
                        + " \"localhost\"; names are not resolved, write an address",
                "config.toml:7:18: pools.a.proxy_protocol: expected \"off\" or \"v1\" or \"v2\", found \"v3\"",
                "config.toml:10:18: pools.b.source_address: expected an address such as \"10.0.0.5\", found"
                        + " \"300.1.1.1\"; the IPv4 address is invalid");
    }

    @Test
    void probesOfAnotherPortHaveNoHeaderByDefault() {
        String pool = """
                [pools.%s]
                backends = ["127.0.0.1:9000"]
                proxy_protocol = "v2"
                health_check = { provider = "tcp"%s }
                """;
        ProxyConfig config = read(pool.formatted("same", "") + pool.formatted("other", ", port = 9100")
                + pool.formatted("chosen", ", port = 9100, proxy_protocol = \"v1\""));

        assertThat(config.pools()).extracting(PoolConfig::probeHeader)
                .containsExactly(ProxyVersion.OFF, ProxyVersion.V2, ProxyVersion.OFF, ProxyVersion.V1);
    }
}

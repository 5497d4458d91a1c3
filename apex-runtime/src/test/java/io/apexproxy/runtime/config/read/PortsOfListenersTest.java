package io.apexproxy.runtime.config.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeFixture;
import org.junit.jupiter.api.Test;

/** Listeners with ranges of ports, and backends with the port of the listener. */
class PortsOfListenersTest {

    private static final String POOL = "[pools.web]\nbackends = [\"10.0.0.1:+0\", \"10.0.0.2:9000\"]\n";

    @Test
    void probesUseTheFirstPortOfTheFirstListener() {
        ProxyConfig config = read("""
                [listeners.other]
                listen_addr = "127.0.0.1:20000"
                pool = "other"
                [listeners.first]
                listen_addr = ["unix:/run/a.sock", "127.0.0.1:30005-30007", "127.0.0.1:30000"]
                routes = [{ pool = "web" }]
                [listeners.second]
                listen_addr = "127.0.0.1:40000"
                pool = "web"
                [pools.other]
                backends = []
                """ + POOL);

        assertThat(config.pools().get(1).backends()).extracting(backend -> backend.address()).containsExactly(
                new HostPort("10.0.0.1", 30_005, true), new HostPort("10.0.0.2", 9000));
        assertThat(config.pools().get(1).backends()).extracting(backend -> backend.name())
                .containsExactly("10.0.0.1:+0", "10.0.0.2:9000");
        assertThat(config.listeners().get(1).addresses()).hasSize(5);
    }

    @Test
    void shortFormHasRangesToo() {
        ProxyConfig config = read("listen_addr = \"127.0.0.1:30000-30001\"\nbackend_addrs = [\"10.0.0.1:+0\"]\n");

        assertThat(config.listeners().get(0).addresses()).hasSize(2);
        assertThat(config.pools().get(0).backends().get(0).address())
                .isEqualTo(new HostPort("10.0.0.1", 30_000, true));
    }

    @Test
    void poolWithoutAListenerIsReported() {
        Mistakes.assertReported("""
                [listeners.web]
                listen_addr = "127.0.0.1:30000-30001"
                pool = "other"
                [pools.other]
                backends = []
                """ + POOL, "config.toml:7:12: pools.web.backends: a backend with the port \"+0\" needs a listener that"
                + " names this pool and has a port, which health checks use");
    }

    @Test
    void overlappingRangesAreReportedOnce() {
        Mistakes.assertReported("""
                [listeners.web]
                listen_addr = ["127.0.0.1:30000-30099", "127.0.0.1:30050-30149"]
                pool = "web"
                """ + POOL, "config.toml:2:41: listeners.web.listen_addr[1]: duplicate address 127.0.0.1:30050, already"
                + " at config.toml:2:16; an address can be listened on once");
    }

    @Test
    void invalidRangeIsReportedAlone() {
        Mistakes.assertReported("""
                [listeners.web]
                listen_addr = "127.0.0.1:30000-3009"
                pool = "web"
                """ + POOL, "config.toml:2:15: listeners.web.listen_addr: expected an address such as"
                + " \"127.0.0.1:8081\", found \"127.0.0.1:30000-3009\"; the ports of a range are from 1 to 65535, the"
                + " lower one first");
    }

    @Test
    void backendThatLeadsBackToTheListenerIsReported() {
        Mistakes.assertReported("""
                [listeners.web]
                listen_addr = "0.0.0.0:30000-30001"
                pool = "web"
                [pools.web]
                backends = ["127.0.0.1:+0"]
                """, "config.toml:5:13: pools.web.backends[0]: 127.0.0.1:+0 is an address of listener 'web', which uses"
                + " this pool: connections would loop without end; write the address of a server");
    }

    @Test
    void addressOfARangeHasTheOriginOfItsElement() {
        var tree = TreeFixture.tree("""
                [listeners.web]
                listen_addr = ["127.0.0.1:8081", "127.0.0.1:30000-30009", "127.0.0.1:8082"]
                """);

        assertThat(AddressOrigin.ofListener(tree, "web", 0)).contains(":2:16:", "listen_addr[0]");
        assertThat(AddressOrigin.ofListener(tree, "web", 1)).contains(":2:34:", "listen_addr[1]");
        assertThat(AddressOrigin.ofListener(tree, "web", 10)).contains(":2:34:", "listen_addr[1]");
        assertThat(AddressOrigin.ofListener(tree, "web", 11)).contains(":2:59:", "listen_addr[2]");
    }

    private static ProxyConfig read(String toml) {
        Problems problems = new Problems();
        ProxyConfig config = ConfigReader.read(TreeFixture.tree(toml), problems);
        problems.throwIfAny();
        return config;
    }
}

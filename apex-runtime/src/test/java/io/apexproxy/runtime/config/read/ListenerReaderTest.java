package io.apexproxy.runtime.config.read;

import static io.apexproxy.runtime.config.read.Mistakes.assertReported;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.Keepalive;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeFixture;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Listeners and the admin endpoint, and their mistakes. */
class ListenerReaderTest {

    @Test
    void listenerRequiresAddressAndPool() {
        assertReported("""
                [listeners.a]
                [listeners.b]
                listen_addr = []
                pool = 5
                [listeners.c]
                listen_addr = ["127.0.0.1:8081", 8082]
                pool = "web"
                max_connections = -1
                half_closed_timeout = "never"
                [pools.web]
                backends = ["127.0.0.1:9000"]
                """,
                "config.toml:1:1: listeners.a.listen_addr: missing, expected an address such as \"127.0.0.1:8081\" "
                        + "or an array of them",
                "config.toml:1:1: listeners.a.pool: missing, expected the name of a pool",
                "config.toml:3:15: listeners.b.listen_addr: expected at least one address such as \"127.0.0.1:8081\", "
                        + "found []",
                "config.toml:4:8: listeners.b.pool: expected the name of a pool, found 5",
                "config.toml:6:34: listeners.c.listen_addr[1]: expected an address such as \"127.0.0.1:8081\", "
                        + "found 8082",
                "config.toml:8:19: listeners.c.max_connections: expected a whole number from 0 to 2147483647, found -1",
                "config.toml:9:23: listeners.c.half_closed_timeout: expected a duration such as \"5s\", "
                        + "found \"never\"; "
                        + "write a whole number and one unit of ms, s, m, h, d");
    }

    @Test
    void duplicateListenerAddressIsReported() {
        assertReported("""
                [listeners.a]
                listen_addr = "localhost:8081"
                pool = "web"
                [listeners.b]
                listen_addr = ["0.0.0.0:8081", "LOCALHOST:8081"]
                pool = "web"
                [pools.web]
                backends = ["127.0.0.1:9000"]
                """,
                "config.toml:5:32: listeners.b.listen_addr[1]: duplicate address LOCALHOST:8081, already at "
                        + "config.toml:2:15; an address can be listened on once");
    }

    @Test
    void duplicateIpv6AddressIsReportedInAnyNotation() {
        assertReported("""
                [listeners.a]
                listen_addr = ["[::1]:8081", "127.0.0.1:8082", "0.0.0.0:8083", "[::]:8083"]
                pool = "web"
                [listeners.b]
                listen_addr = ["[0:0::0:1]:8081", "[::ffff:127.0.0.1]:8082", "[0::0]:8083"]
                pool = "web"
                [pools.web]
                backends = ["[2001:db8::1]:9000", "[2001:DB8:0:0::1]:9000"]
                """,
                "config.toml:5:16: listeners.b.listen_addr[0]: duplicate address [::1]:8081, already at "
                        + "config.toml:2:16; an address can be listened on once",
                "config.toml:5:35: listeners.b.listen_addr[1]: duplicate address [::ffff:127.0.0.1]:8082, already at "
                        + "config.toml:2:30; an address can be listened on once",
                "config.toml:5:62: listeners.b.listen_addr[2]: duplicate address [::]:8083, already at "
                        + "config.toml:2:64; an address can be listened on once",
                "config.toml:8:35: pools.web.backends[1]: duplicate address [2001:db8::1]:9000, already at "
                        + "config.toml:8:13; for a greater share, set its weight there");
    }

    @Test
    void poolThatLeadsBackToItsListenerIsReported() {
        assertReported("""
                backend_addrs = ["127.0.0.1:8081", "127.0.0.1:9000"]
                """,
                "config.toml:1:18: backend_addrs[0]: 127.0.0.1:8081 is an address of listener 'default', which uses"
                        + " this pool: connections would loop without end; write the address of a server");
        assertReported("""
                [listeners.web]
                listen_addr = ["[::]:8081", "unix:/run/web.sock"]
                pool = "web"
                [listeners.front]
                listen_addr = "127.0.0.1:80"
                pool = "front"
                [pools.web]
                backends = [{ address = "localhost:8081" }, "unix:/run/web.sock", "localhost:8082", "127.0.0.1:80"]
                [pools.front]
                backends = ["127.0.0.1:8081"]
                """,
                "config.toml:8:25: pools.web.backends[0].address: localhost:8081 is an address of listener 'web', which"
                        + " uses this pool: connections would loop without end; write the address of a server",
                "config.toml:8:45: pools.web.backends[1]: unix:/run/web.sock is an address of listener 'web', which"
                        + " uses this pool: connections would loop without end; write the address of a server",
                "config.toml:8:85: pools.web.backends[3]: 127.0.0.1:80 is an address of listener 'front', which leads"
                        + " back to listener 'web', which uses this pool: connections would loop without end; write the"
                        + " address of a server",
                "config.toml:10:13: pools.front.backends[0]: 127.0.0.1:8081 is an address of listener 'web', which"
                        + " leads back to listener 'front', which uses this pool: connections would loop without end;"
                        + " write the address of a server");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:8081, localhost:8081", "localhost:8081, 127.0.0.1:8081", "0.0.0.0:8081, 127.0.0.2:8081",
        "0.0.0.0:8081, LocalHost:8081", "127.0.0.1:8081, 0.0.0.0:8081", "[::]:8081, 127.9.9.9:8081",
        "[::1]:8081, '[::]:8081'", "127.0.0.1:8081, '[::ffff:127.0.0.1]:8081'"})
    void backendThatReachesTheListenerIsReported(String listener, String backend) {
        assertReported("""
                listen_addr = "%s"
                backend_addrs = ["%s"]
                """.formatted(listener, backend),
                "config.toml:2:18: backend_addrs[0]: " + backend + " is an address of listener 'default', which uses"
                        + " this pool: connections would loop without end; write the address of a server");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:8081, 127.0.0.2:8081", "0.0.0.0:8081, 127.0.0.1:8082", "0.0.0.0:8081, app.test:8081",
        "0.0.0.0:8081, 192.0.2.1:8081", "0.0.0.0:8081, '[::1]:8081'", "unix:/run/a.sock, unix:/run/b.sock"})
    void backendThatPossiblyDiffersFromTheListenerIsAccepted(String listener, String backend) {
        assertReported("""
                listen_addr = "%s"
                backend_addrs = ["%s"]
                """.formatted(listener, backend));
    }

    @Test
    void listenerOfAnotherPoolIsAcceptedAsBackend() {
        assertReported("""
                [listeners.first]
                listen_addr = ["127.0.0.1:8081", "0.0.0.0:8083"]
                pool = "first"
                [listeners.second]
                listen_addr = ["localhost:8082", "[::]:8083"]
                pool = "second"
                [pools.first]
                backends = ["127.0.0.1:8082", "[::1]:8083"]
                [pools.second]
                backends = ["127.0.0.1:9000"]
                """);
    }

    @Test
    void keepaliveIsOnOrOffOrATableWithOptionalKeys() {
        Keepalive defaults = new Keepalive(seconds(60), seconds(10), 6);

        assertThat(keepalive("")).contains(defaults);
        assertThat(keepalive("keepalive = \"on\"")).contains(defaults);
        assertThat(keepalive("keepalive = {}")).contains(defaults);
        assertThat(keepalive("keepalive = \"off\"")).isEmpty();
        assertThat(keepalive("keepalive = { interval = \"1s\" }")).contains(new Keepalive(seconds(60), seconds(1), 6));
        assertThat(keepalive("keepalive = { idle = \"5m\", interval = \"32767s\", count = 127 }"))
                .contains(new Keepalive(seconds(300), seconds(32_767), 127));
    }

    @Test
    void invalidKeepaliveKeysAreReported() {
        assertReported("""
                [listeners.a]
                listen_addr = "127.0.0.1:8081"
                pool = "web"
                keepalive = true
                [listeners.b]
                listen_addr = "127.0.0.1:8082"
                pool = "web"
                keepalive = { idle = "250ms", interval = 10, count = 128, probes = 3 }
                [listeners.c]
                listen_addr = "127.0.0.1:8083"
                pool = "web"
                keepalive = "yes"
                [listeners.d]
                listen_addr = "127.0.0.1:8084"
                pool = "web"
                [listeners.d.keepalive]
                idle = "32768s"
                interval = "0s"
                count = 0
                [pools.web]
                backends = ["127.0.0.1:9000"]
                """,
                "config.toml:4:13: listeners.a.keepalive: expected \"on\", \"off\" or a table such as "
                        + "{ idle = \"60s\", interval = \"10s\", count = 6 }, found true; write \"on\"",
                "config.toml:8:22: listeners.b.keepalive.idle: expected whole seconds from \"1s\" to \"32767s\", "
                        + "found \"250ms\"",
                "config.toml:8:42: listeners.b.keepalive.interval: expected whole seconds from \"1s\" to \"32767s\", "
                        + "found 10;"
                        + " write \"10s\" if these are seconds",
                "config.toml:8:54: listeners.b.keepalive.count: expected a whole number from 1 to 127, found 128",
                "config.toml:8:59: listeners.b.keepalive: unknown key 'probes'; known keys: count, idle, interval",
                "config.toml:12:13: listeners.c.keepalive: expected \"on\", \"off\" or a table such as "
                        + "{ idle = \"60s\", interval = \"10s\", count = 6 }, found \"yes\"",
                "config.toml:17:8: listeners.d.keepalive.idle: expected whole seconds from \"1s\" to \"32767s\", "
                        + "found \"32768s\"",
                "config.toml:18:12: listeners.d.keepalive.interval: expected whole seconds from \"1s\" to \"32767s\", "
                        + "found \"0s\"; it has to be longer than zero",
                "config.toml:19:9: listeners.d.keepalive.count: expected a whole number from 1 to 127, found 0");
    }

    private static Optional<Keepalive> keepalive(String line) {
        Problems problems = new Problems();
        ProxyConfig config = ConfigReader.read(TreeFixture.tree("""
                [pools.web]
                backends = ["127.0.0.1:9000"]
                [listeners.web]
                listen_addr = "127.0.0.1:8081"
                pool = "web"
                """ + line), problems);
        problems.throwIfAny();
        return config.listeners().get(0).keepalive();
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    @Test
    void adminAddressMustDifferFromListeners() {
        String proxy = """
                backend_addrs = ["127.0.0.1:9000"]
                listen_addr = "127.0.0.1:8081"
                """;
        assertReported(proxy + """
                [admin]
                listen_addr = "127.0.0.1:8081"
                """,
                "config.toml:4:15: admin.listen_addr: duplicate address 127.0.0.1:8081, already at config.toml:2:15; "
                        + "an address can be listened on once");
    }

    @Test
    void adminMustBeATable() {
        String proxy = "backend_addrs = [\"127.0.0.1:9000\"]\n";
        assertReported(proxy + "admin = \"127.0.0.1:9901\"\n",
                "config.toml:2:9: admin: expected a table such as [admin], found \"127.0.0.1:9901\"");
    }

    @Test
    void adminRequiresAnAddress() {
        String proxy = "backend_addrs = [\"127.0.0.1:9000\"]\n";
        assertReported(proxy + "[admin]\nport = 9901\n",
                "config.toml:2:1: admin.listen_addr: missing, expected an address such as \"127.0.0.1:9901\"",
                "config.toml:3:1: admin: unknown key 'port'; known keys: listen_addr");
    }
}

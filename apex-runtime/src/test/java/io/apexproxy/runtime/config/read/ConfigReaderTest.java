package io.apexproxy.runtime.config.read;

import static io.apexproxy.runtime.config.read.Mistakes.assertReported;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.AccessLogFormat;
import io.apexproxy.runtime.config.AdminConfig;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.ControlSetting;
import io.apexproxy.runtime.config.HealthCheckConfig;
import io.apexproxy.runtime.config.Keepalive;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.PoolConfig.Resolve;
import io.apexproxy.runtime.config.PoolConfig.WhenAllDown;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProbeHeader;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.ProxyVersion;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.address.UnixPath;
import io.apexproxy.runtime.config.pool.DrainRule;
import io.apexproxy.runtime.config.pool.SessionSettings;
import io.apexproxy.runtime.config.tls.ProbeTls;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ConfigReaderTest {

    private static final Optional<Keepalive> KEEPALIVE = Optional.of(new Keepalive(seconds(60), seconds(10), 6));

    private final Problems problems = new Problems();

    @Test
    void shortFormDefinesOneListenerAndOnePool() {
        ProxyConfig config = read("""
                backend_addrs = ["127.0.0.1:9000", "127.0.0.1:9001"]
                """);

        assertThat(reported()).isEmpty();
        assertThat(config).isEqualTo(new ProxyConfig(ProxyConfig.EngineName.AUTO,
                Runtime.getRuntime().availableProcessors(), 0, OptionalLong.empty(), seconds(30),
                Duration.ZERO, 1000, Optional.empty(), ControlSetting.DEFAULT, Optional.empty(), Optional.empty(),
                AccessLogFormat.TEXT,
                Optional.empty(),
                List.of(new ListenerConfig("default", List.of(new HostPort("127.0.0.1", 8081)), UnixPath.DEFAULT_MODE,
                        "default", 0, Duration.ofMinutes(10), seconds(30), KEEPALIVE)),
                List.of(new PoolConfig("default",
                        List.of(backend("127.0.0.1:9000", 9000, 1, 0), backend("127.0.0.1:9001", 9001, 1, 0)),
                        provider("load_balancer", "round-robin", ""),
                        new HealthCheckConfig(provider("health_check", "tcp", ""),
                                seconds(5), seconds(1), seconds(2), 2, 3, ProbeHeader.AS_POOL, ProbeTls.AS_POOL),
                        seconds(2), 3, WhenAllDown.REFUSE, SessionSettings.DEFAULT,
                        Resolve.ALL, seconds(30), 256, KEEPALIVE, ProxyVersion.OFF, Optional.empty(),
                        Optional.empty()))));
    }

    @Test
    void shortFormHasAddressAndPlugins() {
        ProxyConfig config = read("""
                drain_timeout = "5s"
                listen_addr = ["0.0.0.0:8081", "[::1]:8081"]
                backend_addrs = ["127.0.0.1:9000", { address = "127.0.0.1:9001", weight = 2 }]
                load_balancer = "least-connections"
                health_check = { interval = "1s", path = "/" }
                """);

        assertThat(reported()).isEmpty();
        assertThat(config.drainTimeout()).isEqualTo(seconds(5));
        assertThat(config.listeners().get(0).addresses())
                .containsExactly(new HostPort("0.0.0.0", 8081), new HostPort("::1", 8081));
        PoolConfig pool = config.pools().get(0);
        assertThat(pool.backends()).extracting(BackendConfig::weight).containsExactly(1, 2);
        assertThat(pool.loadBalancer()).isEqualTo(provider("load_balancer", "least-connections", ""));
        assertThat(pool.loadBalancer().origin()).isEqualTo(new Origin(TreeFixture.SOURCE, 4, 17));
        assertThat(pool.healthCheck().check()).isEqualTo(provider("health_check", "tcp", "path = \"/\""));
        assertThat(pool.healthCheck().interval()).isEqualTo(seconds(1));
    }

    @Test
    void listenerHasTheDrainTimeoutOfTheProcessUnlessItHasItsOwn() {
        ProxyConfig config = read("""
                drain_timeout = "1m"
                drain_delay = "0s"
                [listeners.web]
                listen_addr = "127.0.0.1:0"
                pool = "web"
                drain_timeout = "2h"
                [listeners.other]
                listen_addr = "127.0.0.1:0"
                pool = "web"
                [pools.web]
                backends = ["127.0.0.1:9000"]
                """);

        assertThat(reported()).isEmpty();
        assertThat(config.drainDelay()).isEqualTo(Duration.ZERO);
        assertThat(config.listeners()).extracting(listener -> listener.drainTimeout(config.drainTimeout()))
                .containsExactly(Duration.ofHours(2), seconds(60));
    }

    @Test
    void fullFormHasAllSettings() {
        ProxyConfig config = read("""
                threads = 2
                max_connections = 20000
                buffer_memory = "64MiB"
                drain_timeout = "1m"
                drain_delay = "5s"
                access_log = "json"

                [admin]
                listen_addr = "127.0.0.1:9901"
                [listeners.web]
                listen_addr = "127.0.0.1:8081"
                pool = "web"
                max_connections = 10000
                idle_timeout = "1h"
                half_closed_timeout = "10s"
                keepalive = "off"

                [listeners.any]
                listen_addr = ["127.0.0.1:0", "127.0.0.1:0"]
                pool = "web"

                [pools.web]
                backends = [{ address = "127.0.0.1:9001", name = "app", weight = 0, max_connections = 500 }]
                load_balancer = { provider = "hash", key = "client" }
                connect_timeout = "250ms"
                connect_attempts = 1
                when_all_down = "try-all"
                on_backend_down = "close"
                resolve = "first"
                resolve_interval = "5s"
                max_addresses = 100
                keepalive = { idle = "30s", count = 3 }
                [pools.web.health_check]
                provider = "http"
                interval = "10s"
                fast_interval = "2s"
                timeout = "3s"
                rise = 1
                fall = 5
                path = "/up"

                [pools."spare.1"]
                backends = ["127.0.0.1:9000"]
                """);

        assertThat(reported()).isEmpty();
        assertThat(config).isEqualTo(new ProxyConfig(ProxyConfig.EngineName.AUTO, 2, 20_000, OptionalLong.of(64 << 20),
                seconds(60),
                seconds(5), 1000, Optional.empty(), ControlSetting.DEFAULT, Optional.empty(), Optional.empty(),
                AccessLogFormat.JSON,
                Optional.of(new AdminConfig(new HostPort("127.0.0.1", 9901))),
                List.of(
                        new ListenerConfig("web", List.of(new HostPort("127.0.0.1", 8081)), UnixPath.DEFAULT_MODE,
                                "web", 10_000, Duration.ofHours(1), seconds(10), Optional.empty()),
                        new ListenerConfig("any", List.of(new HostPort("127.0.0.1", 0), new HostPort("127.0.0.1", 0)),
                                UnixPath.DEFAULT_MODE, "web", 0, Duration.ofMinutes(10), seconds(30), KEEPALIVE)),
                List.of(
                        new PoolConfig("web", List.of(backend("app", 9001, 0, 500)),
                                provider("pools.web.load_balancer", "hash", "key = \"client\""),
                                new HealthCheckConfig(provider("pools.web.health_check", "http", "path = \"/up\""),
                                        seconds(10), seconds(2), seconds(3), 1, 5, ProbeHeader.AS_POOL,
                                        ProbeTls.AS_POOL),
                                Duration.ofMillis(250), 1, WhenAllDown.TRY_ALL,
                                SessionSettings.DEFAULT.withOnBackendDown(DrainRule.CLOSE),
                                Resolve.FIRST, seconds(5), 100,
                                Optional.of(new Keepalive(seconds(30), seconds(10), 3)), ProxyVersion.OFF,
                                Optional.empty(), Optional.empty()),
                        new PoolConfig("spare.1", List.of(backend("127.0.0.1:9000", 9000, 1, 0)),
                                provider("pools.\"spare.1\".load_balancer", "round-robin", ""),
                                new HealthCheckConfig(provider("pools.\"spare.1\".health_check", "tcp", ""),
                                        seconds(5), seconds(1), seconds(2), 2, 3, ProbeHeader.AS_POOL,
                                        ProbeTls.AS_POOL),
                                seconds(2), 3, WhenAllDown.REFUSE, SessionSettings.DEFAULT,
                                Resolve.ALL, seconds(30), 256, KEEPALIVE, ProxyVersion.OFF, Optional.empty(),
                                Optional.empty()))));
    }

    @Test
    void processHasSettingsOfTls() {
        ProxyConfig config = read("""
                tls_handshakes = 5
                tls_provider = "Conscrypt"
                backend_addrs = ["127.0.0.1:9000"]
                """);

        assertThat(reported()).isEmpty();
        assertThat(config.tlsHandshakes()).isEqualTo(5);
        assertThat(config.tlsProvider()).contains("Conscrypt");
    }

    @Test
    void controlSocketIsAPathOrOff() {
        String backends = "\nbackend_addrs = [\"127.0.0.1:9000\"]\n";

        assertThat(read("control_socket = \"off\"" + backends).controlSocket()).isEqualTo(ControlSetting.OFF);
        assertThat(read("control_socket = \"/run/a/../c.sock\"" + backends).controlSocket())
                .isEqualTo(ControlSetting.at(Path.of("/run/c.sock")));
        assertThat(reported()).isEmpty();
        assertThat(read("control_socket = \"c.sock\"" + backends).controlSocket()).isEqualTo(ControlSetting.DEFAULT);
        assertThat(reported()).containsExactly("config.toml:1:18: control_socket: expected an absolute path such as "
                + "\"/run/apex/control.sock\", or \"off\", found \"c.sock\"");
    }

    @Test
    void mistakesInSettingsOfTlsAreReported() {
        assertReported("""
                tls_handshakes = 0
                tls_provider = " "
                backend_addrs = ["127.0.0.1:9000"]
                health_check = { tls = "as-pool" }
                tls = {}
                [admin]
                listen_addr = "127.0.0.1:9901"
                tls_provider = "Conscrypt"
                """,
                "config.toml:1:18: tls_handshakes: expected a whole number from 1 to 1000000, found 0",
                "config.toml:2:16: tls_provider: expected the name of a JSSE provider, found \" \"",
                "config.toml:4:24: health_check.tls: has no effect on a pool without TLS; leave it out, or add"
                        + " [pools.NAME.tls]",
                "config.toml:5:1: unknown key 'tls'; it belongs in [listeners.NAME] or [pools.NAME]",
                "config.toml:8:1: admin: unknown key 'tls_provider'; it belongs at the top level: move it above the"
                        + " first [table]");
    }

    @Test
    void defaultFastIntervalDoesNotExceedInterval() {
        ProxyConfig config = read("""
                backend_addrs = ["127.0.0.1:9000"]
                health_check = { interval = "200ms" }
                """);

        assertThat(config.pools().get(0).healthCheck().fastInterval()).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void allMistakesAreReportedInSourceOrder() {
        read("""
                threads = 0
                buffer_memory = "64KiB"
                drain_timeout = 30
                [listeners.web]
                listen_addr = "8081"
                pool = "wbe"
                idle_timout = "10m"
                [pools.web]
                backends = ["127.0.0.1:9000", "127.0.0.1:9000", { address = "::1:9000" }]
                connect_attempts = 101
                when_all_down = "never"
                [pools.web.health_check]
                interval = 5
                """);

        assertThat(reported()).containsExactly(
                "config.toml:1:11: threads: expected a whole number from 1 to 1024, found 0",
                "config.toml:2:17: buffer_memory: expected \"1MiB\" or more, found \"64KiB\"",
                "config.toml:3:17: drain_timeout: expected a duration such as \"5s\", found 30;"
                        + " write \"30s\" if these are seconds",
                "config.toml:5:15: listeners.web.listen_addr: expected an address such as \"127.0.0.1:8081\", "
                        + "found \"8081\"; the port is missing",
                "config.toml:6:8: listeners.web.pool: no pool 'wbe' (did you mean 'web'?); available: web",
                "config.toml:7:1: listeners.web: unknown key 'idle_timout' (did you mean 'idle_timeout'?)",
                "config.toml:9:31: pools.web.backends[1]: duplicate address 127.0.0.1:9000, "
                        + "already at config.toml:9:13; "
                        + "for a greater share, set its weight there",
                "config.toml:9:61: pools.web.backends[2].address: expected an address such as \"127.0.0.1:9000\", "
                        + "found \"::1:9000\"; write an IPv6 address in brackets, such as [::1]:9000",
                "config.toml:10:20: pools.web.connect_attempts: expected a whole number from 1 to 100, found 101",
                "config.toml:11:17: pools.web.when_all_down: expected \"refuse\" or \"try-all\", found \"never\"",
                "config.toml:13:12: pools.web.health_check.interval: expected a duration such as \"5s\", found 5;"
                        + " write \"5s\" if these are seconds");
    }

    @Test
    void emptyFileGetsTheSmallestValidExample() {
        read("");

        assertThat(reported()).containsExactly("config.toml: backend_addrs: missing, expected at least "
                + "backend_addrs = [\"127.0.0.1:9000\"], or [listeners.web] and [pools.web]");
    }

    @Test
    void misspeltKeyIsNotReportedAsMissing() {
        assertReported("backend_adrs = [\"127.0.0.1:9000\"]",
                "config.toml:1:1: unknown key 'backend_adrs' (did you mean 'backend_addrs'?)");
        assertReported("""
                [listener.web]
                [pool.web]
                """,
                "config.toml:1:2: unknown key 'listener' (did you mean 'listeners'?)",
                "config.toml:2:2: unknown key 'pool' (did you mean 'pools'?)");
        assertReported("""
                [listeners.web]
                listen_adr = "127.0.0.1:8081"
                pol = "web"
                [pools.web]
                backend = ["127.0.0.1:9000"]
                [pools.b]
                backends = [{ adress = "127.0.0.1:9000" }]
                """,
                "config.toml:2:1: listeners.web: unknown key 'listen_adr' (did you mean 'listen_addr'?)",
                "config.toml:3:1: listeners.web: unknown key 'pol' (did you mean 'pool'?)",
                "config.toml:5:1: pools.web: unknown key 'backend' (did you mean 'backends'?)",
                "config.toml:7:15: pools.b.backends[0]: unknown key 'adress' (did you mean 'address'?)");
    }

    @Test
    void mixedFormsAreRejected() {
        assertReported("""
                backend_addrs = ["127.0.0.1:9000"]
                listen_addr = "127.0.0.1:8081"
                load_balancer = "round-robin"
                health_check = "tcp"
                [pools.web]
                backends = ["127.0.0.1:9000"]
                """,
                "config.toml:1:17: backend_addrs: cannot be combined with [listeners] and [pools]; "
                        + "write backends = [...] in [pools.web]",
                "config.toml:2:15: listen_addr: cannot be combined with [listeners] and [pools]; "
                        + "write it in [listeners.web]",
                "config.toml:3:17: load_balancer: cannot be combined with [listeners] and [pools]; "
                        + "write it in [pools.web]",
                "config.toml:4:16: health_check: cannot be combined with [listeners] and [pools]; "
                        + "write it in [pools.web]");
    }

    @Test
    void listenersAndPoolsRequireEachOther() {
        assertReported("""
                [listeners.web]
                listen_addr = "127.0.0.1:8081"
                pool = "web"
                """,
                "config.toml: pools: missing, expected at least one such as [pools.web] "
                        + "with backends = [\"127.0.0.1:9000\"]");
        assertReported("""
                [pools.web]
                backends = ["127.0.0.1:9000"]
                """,
                "config.toml: listeners: missing, expected at least one such as [listeners.web] "
                        + "with listen_addr = \"127.0.0.1:8081\" and pool = \"web\"");
        assertReported("""
                [listeners]
                [pools]
                """,
                "config.toml:1:1: listeners: expected at least one such as [listeners.web] "
                        + "with listen_addr = \"127.0.0.1:8081\" and pool = \"web\", found {}",
                "config.toml:2:1: pools: expected at least one such as [pools.web] "
                        + "with backends = [\"127.0.0.1:9000\"], found {}");
    }

    @Test
    void valueInsteadOfATableIsReportedOnce() {
        assertReported("""
                listeners = 1
                pools = ["127.0.0.1:9000"]
                """,
                "config.toml:1:13: listeners: expected a table, found 1",
                "config.toml:2:9: pools: expected a table, found [\"127.0.0.1:9000\"]");
        assertReported("""
                [listeners]
                listen_addr = "127.0.0.1:8081"
                [listeners.web]
                listen_addr = "127.0.0.1:8081"
                pool = "web"
                [pools]
                web = 5
                """,
                "config.toml:2:15: listeners.listen_addr: expected a table such as [listeners.web], "
                        + "found \"127.0.0.1:8081\"",
                "config.toml:7:7: pools.web: expected a table such as [pools.web], found 5");
    }

    @Test
    void resultWithMistakesContainsTheValidValues() {
        ProxyConfig config = read("""
                threads = "many"
                [listeners.web]
                listen_addr = "127.0.0.1:8081"
                pool = "gone"
                [pools.web]
                backends = ["127.0.0.1:9000", "b"]
                load_balancer = "hash"
                health_check = { provider = 5, path = "/" }
                """);

        assertThat(reported()).hasSize(4);
        assertThat(config.listeners()).singleElement()
                .satisfies(listener -> assertThat(listener.routing().pools()).isEmpty());
        PoolConfig pool = config.pools().get(0);
        assertThat(pool.backends()).containsExactly(backend("127.0.0.1:9000", 9000, 1, 0));
        assertThat(pool.loadBalancer().provider()).isEqualTo("hash");
        assertThat(pool.healthCheck().check()).isEqualTo(provider("pools.web.health_check", "tcp", ""));
    }

    @Test
    void originsDoNotAffectEquality() {
        ProxyConfig one = read("""
                backend_addrs = ["127.0.0.1:9000"]
                health_check = { provider = "http", path = "/" }
                """);
        ProxyConfig other = read("""

                # moved
                health_check = { path = "/", provider = "http" }
                backend_addrs = ["127.0.0.1:9000"]
                """);

        assertThat(other).isEqualTo(one).hasSameHashCodeAs(one);
    }

    @Test
    void sharedTableIsReadAtEachPath() {
        ConfigTree.Table pool = (ConfigTree.Table) TreeFixture.tree("""
                pool = { backends = ["127.0.0.1:9000"], connect_timeout = 5, load_balancer = "hash" }
                """).members().get("pool").value();
        Origin origin = Origin.of("store");
        ConfigTree.Member member = new ConfigTree.Member(origin, pool);
        ConfigTree.Table pools = new ConfigTree.Table(Map.of("one", member, "two", member), origin);

        ProxyConfig config = ConfigReader.read(
                new ConfigTree.Table(Map.of("pools", new ConfigTree.Member(origin, pools)), origin), problems);

        assertThat(config.pools()).extracting(read -> read.loadBalancer().path())
                .containsExactlyInAnyOrder("pools.one.load_balancer", "pools.two.load_balancer");
        assertThat(String.join("\n", reported()))
                .contains("pools.one.connect_timeout: expected", "pools.two.connect_timeout: expected");
    }

    private ProxyConfig read(String toml) {
        return ConfigReader.read(TreeFixture.tree(toml), problems);
    }

    private List<String> reported() {
        return problems.list().stream().map(ConfigProblem::toString).toList();
    }

    private static BackendConfig backend(String name, int port, int weight, int maxConnections) {
        return new BackendConfig(name, new HostPort("127.0.0.1", port), weight, maxConnections);
    }

    private static ProviderConfig provider(String path, String name, String settings) {
        ConfigTree.Table table = TreeFixture.tree(settings);
        return new ProviderConfig(path, name, table.origin(), table, List.of());
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }
}

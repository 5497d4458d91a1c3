package io.apexproxy.runtime.config.read;

import static io.apexproxy.runtime.config.read.Mistakes.assertReported;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.ConfigProblem;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.pool.DrainRule;
import io.apexproxy.runtime.config.pool.Rebalance;
import io.apexproxy.runtime.config.pool.SessionSettings;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeFixture;
import io.apexproxy.runtime.config.tree.TreeSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pools, their backends and plugin selections, and their mistakes. */
class PoolReaderTest {

    private final Problems problems = new Problems();

    @Test
    void poolRequiresAnArrayOfBackends() {
        assertReported(withPools("""
                [pools.web]
                [pools.c]
                backends = "127.0.0.1:9000"
                """),
                "config.toml:4:1: pools.web.backends: missing, expected an array such as [\"127.0.0.1:9000\"]",
                "config.toml:6:12: pools.c.backends: expected an array such as [\"127.0.0.1:9000\"], "
                        + "found \"127.0.0.1:9000\"");
    }

    @Test
    void mistakesOfAllBackendsAreReported() {
        assertReported(withPools("""
                [pools.web]
                backends = [9000, "http://a:80"]
                [pools.b]
                backends = [{ name = "a" }]
                [pools.c]
                backends = [{ address = 1, name = "a b", weight = 257, max_connections = "1", port = 2 }]
                [pools.d]
                backends = [{ address = "a:1", name = "x" }, { address = "b:1", name = "x" }, { address = "A:1" }]
                """),
                "config.toml:5:13: pools.web.backends[0]: expected an address such as \"127.0.0.1:9000\" "
                        + "or a table such as { address = \"127.0.0.1:9000\", weight = 2 }, found 9000",
                "config.toml:5:19: pools.web.backends[1]: expected an address such as \"127.0.0.1:9000\", "
                        + "found \"http://a:80\"; Apex forwards TCP, write host:port without http://",
                "config.toml:7:13: pools.b.backends[0].address: missing, "
                        + "expected an address such as \"127.0.0.1:9000\"",
                "config.toml:9:25: pools.c.backends[0].address: expected an address such as \"127.0.0.1:9000\", "
                        + "found 1",
                "config.toml:9:35: pools.c.backends[0].name: expected a name of letters, digits, '_', '-' and '.', "
                        + "found \"a b\"",
                "config.toml:9:51: pools.c.backends[0].weight: expected a whole number from 0 to 256, found 257",
                "config.toml:9:74: pools.c.backends[0].max_connections: expected a whole number from 0 to 2147483647, "
                        + "found \"1\"; write it without quotes",
                "config.toml:9:79: pools.c.backends[0]: unknown key 'port'; "
                        + "known keys: address, backup, max_connections, name, state, weight",
                "config.toml:11:72: pools.d.backends[1].name: duplicate name 'x', already at config.toml:11:39; "
                        + "logs and metrics identify backends by name",
                "config.toml:11:91: pools.d.backends[2].address: duplicate address A:1, already at config.toml:11:25; "
                        + "for a greater share, set its weight there");
    }

    @Test
    void queueIsOffUnlessItHasATimeout() {
        ProxyConfig config = ConfigReader.read(TreeFixture.tree(withPools("""
                [pools.web]
                backends = []
                [pools.b]
                backends = []
                queue_timeout = "30s"
                queue_limit = 1000000
                [pools.c]
                backends = []
                queue_timeout = "0s"
                """)), problems);

        assertThat(problems.list()).isEmpty();
        assertThat(config.pools()).extracting(PoolConfig::queue).containsExactly(PoolConfig.Queue.OFF,
                new PoolConfig.Queue(Duration.ofSeconds(30), 1_000_000), PoolConfig.Queue.OFF);
    }

    @Test
    void mistakesOfAQueueAreReported() {
        assertReported(withPools("""
                [pools.web]
                backends = []
                queue_timeout = 5
                queue_limit = 0
                [pools.b]
                backends = []
                queue_timeout = "5"
                queue_limit = 1000001
                """),
                "config.toml:6:17: pools.web.queue_timeout: expected a duration such as \"5s\", or \"0s\", found 5;"
                        + " write \"5s\" if these are seconds",
                "config.toml:7:15: pools.web.queue_limit: expected a whole number from 1 to 1000000, found 0",
                "config.toml:10:17: pools.b.queue_timeout: expected a duration such as \"5s\", or \"0s\", found \"5\";"
                        + " write a whole number and one unit of ms, s, m, h, d",
                "config.toml:11:15: pools.b.queue_limit: expected a whole number from 1 to 1000000, found 1000001");
    }

    @Test
    void openConnectionsStayUnlessAPoolEndsThem() {
        ProxyConfig config = ConfigReader.read(TreeFixture.tree(withPools("""
                [pools.web]
                backends = []
                [pools.b]
                backends = []
                on_backend_down = "close"
                on_backend_removed = { drain = "30s" }
                max_connection_age = "1h"
                rebalance = "on"
                [pools.c]
                backends = []
                on_backend_down = "keep"
                on_backend_removed = "keep"
                max_connection_age = "0s"
                rebalance = "off"
                [pools.d]
                backends = []
                on_backend_down = { drain = "1m" }
                on_backend_removed = "close"
                rebalance = { idle = "1s" }
                [pools.e]
                backends = []
                rebalance = { percent_per_minute = 100 }
                """)), problems);

        assertThat(problems.list()).isEmpty();
        assertThat(config.pools()).extracting(PoolConfig::sessions).containsExactly(SessionSettings.DEFAULT,
                new SessionSettings(DrainRule.CLOSE, DrainRule.drain(Duration.ofSeconds(30)), Duration.ofHours(1),
                        Optional.of(new Rebalance(5, Duration.ofSeconds(10)))),
                SessionSettings.DEFAULT,
                new SessionSettings(DrainRule.drain(Duration.ofMinutes(1)), DrainRule.CLOSE, Duration.ZERO,
                        Optional.of(new Rebalance(5, Duration.ofSeconds(1)))),
                new SessionSettings(DrainRule.KEEP, DrainRule.KEEP, Duration.ZERO,
                        Optional.of(new Rebalance(100, Duration.ofSeconds(10)))));
    }

    @Test
    void mistakesOfSettingsThatEndConnectionsAreReported() {
        assertReported(withPools("""
                [pools.web]
                backends = []
                on_backend_down = { drain = "0s" }
                on_backend_removed = { }
                max_connection_age = 60
                rebalance = "5%"
                [pools.b]
                backends = []
                on_backend_down = "drain"
                on_backend_removed = { drian = "5s" }
                rebalance = { percent_per_minute = 0, idle = "x", rate = 1 }
                """),
                "config.toml:6:29: pools.web.on_backend_down.drain: expected a duration such as \"5s\", "
                        + "found \"0s\"; it has to be longer than zero",
                "config.toml:7:22: pools.web.on_backend_removed.drain: missing, expected a duration such as \"30s\"",
                "config.toml:8:22: pools.web.max_connection_age: expected a duration such as \"5s\", or \"0s\", "
                        + "found 60; write \"60s\" if these are seconds",
                "config.toml:9:13: pools.web.rebalance: expected \"off\", \"on\" or a table such as "
                        + "{ percent_per_minute = 5, idle = \"10s\" }, found \"5%\"",
                "config.toml:12:19: pools.b.on_backend_down: expected \"keep\", \"close\" or a table such as "
                        + "{ drain = \"30s\" }, found \"drain\"",
                "config.toml:13:24: pools.b.on_backend_removed: unknown key 'drian' (did you mean 'drain'?)",
                "config.toml:14:36: pools.b.rebalance.percent_per_minute: expected a whole number from 1 to 100, "
                        + "found 0",
                "config.toml:14:46: pools.b.rebalance.idle: expected a duration such as \"5s\", found \"x\"; "
                        + "write a whole number and one unit of ms, s, m, h, d",
                "config.toml:14:51: pools.b.rebalance: unknown key 'rate'; known keys: idle, percent_per_minute");
    }

    @Test
    void invalidNamesAreReported() {
        assertReported("""
                [listeners."a b"]
                listen_addr = "127.0.0.1:8081"
                pool = "x/y"
                [pools."x/y"]
                backends = ["127.0.0.1:9000"]
                """,
                "config.toml:1:12: listeners: expected a name of letters, digits, '_', '-' and '.', found 'a b'",
                "config.toml:4:8: pools: expected a name of letters, digits, '_', '-' and '.', found 'x/y'");
    }

    @Test
    void pluginSelectionMustBeANameOrATable() {
        assertReported(withPools("""
                [pools.web]
                backends = ["127.0.0.1:9000"]
                load_balancer = 5
                health_check = { provider = 5, fast_interval = "0s", timeout = true, rise = 0, fall = 1001, path = "/" }
                on_backend_down = 1
                keepalive = { count = "six" }
                connect_timeout = "1"
                """),
                "config.toml:6:17: pools.web.load_balancer: "
                        + "expected a provider such as \"round-robin\" or a table, found 5",
                "config.toml:7:29: pools.web.health_check.provider: expected a string, found 5",
                "config.toml:7:48: pools.web.health_check.fast_interval: expected a duration such as \"5s\", "
                        + "found \"0s\"; it has to be longer than zero",
                "config.toml:7:64: pools.web.health_check.timeout: expected a duration such as \"5s\", found true",
                "config.toml:7:77: pools.web.health_check.rise: expected a whole number from 1 to 1000, found 0",
                "config.toml:7:87: pools.web.health_check.fall: expected a whole number from 1 to 1000, found 1001",
                "config.toml:8:19: pools.web.on_backend_down: expected \"keep\", \"close\" or a table such as "
                        + "{ drain = \"30s\" }, found 1",
                "config.toml:9:23: pools.web.keepalive.count: expected a whole number from 1 to 127, found \"six\"",
                "config.toml:10:19: pools.web.connect_timeout: expected a duration such as \"5s\", found \"1\"; "
                        + "write a whole number and one unit of ms, s, m, h, d");
    }

    @Test
    void unknownKeysOfPluginsAreReportedWithKeysOfTheRuntime() {
        ProxyConfig config = read("""
                backend_addrs = ["127.0.0.1:9000"]
                load_balancer = { provider = "hash", kye = "client", provder = "x" }
                health_check = { intervall = "5s", path = "/", colour = 1 }
                """);
        assertThat(reported()).isEmpty();

        TreeSettings balancer = config.pools().get(0).loadBalancer().settings(problems);
        balancer.string("key", "");
        balancer.reportUnread();
        TreeSettings check = config.pools().get(0).healthCheck().check().settings(problems);
        check.string("path");
        check.reportUnread();

        assertThat(reported()).containsExactly(
                "config.toml:2:38: load_balancer: unknown key 'kye' (did you mean 'key'?)",
                "config.toml:2:54: load_balancer: unknown key 'provder' (did you mean 'provider'?)",
                "config.toml:3:18: health_check: unknown key 'intervall' (did you mean 'interval'?)",
                "config.toml:3:48: health_check: unknown key 'colour'; "
                        + "known keys: fall, fast_interval, interval, path, provider, proxy_protocol, rise, timeout");
    }

    private ProxyConfig read(String toml) {
        return ConfigReader.read(TreeFixture.tree(toml), problems);
    }

    private List<String> reported() {
        return problems.list().stream().map(ConfigProblem::toString).toList();
    }

    /** The first line of the pools is line 4. */
    private static String withPools(String pools) {
        return """
                [listeners.web]
                listen_addr = "127.0.0.1:8081"
                pool = "web"
                """ + pools;
    }
}

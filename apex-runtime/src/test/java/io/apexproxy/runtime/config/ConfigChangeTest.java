package io.apexproxy.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.read.ConfigReader;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeFixture;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfigChangeTest {

    private static final String BEFORE = """
            threads = 2
            [listeners.web]
            listen_addr = ["127.0.0.1:8081", "127.0.0.1:8082"]
            pool = "web"
            [listeners.old]
            listen_addr = "127.0.0.1:8083"
            pool = "web"
            [pools.web]
            backends = ["127.0.0.1:9000", "127.0.0.1:9001", { name = "app", address = "app:9000", weight = 1 }]
            load_balancer = "round-robin"
            [pools.old]
            backends = ["127.0.0.1:9000"]
            """;

    @Test
    void equalConfigurationsHaveNoDifference() {
        ConfigChange change = change(BEFORE, "# moved by a line\n" + BEFORE);

        assertThat(change.isEmpty()).isTrue();
        assertThat(change).hasToString("");
    }

    @Test
    void orderOfListenersAndPoolsIsIgnored() {
        int second = BEFORE.indexOf("[listeners.old]");
        int third = BEFORE.indexOf("[pools.web]");
        String reordered = BEFORE.substring(0, BEFORE.indexOf("[listeners.web]"))
                + BEFORE.substring(third)
                + BEFORE.substring(second, third)
                + BEFORE.substring(BEFORE.indexOf("[listeners.web]"), second);

        assertThat(change(BEFORE, reordered).isEmpty()).isTrue();
    }

    @Test
    void allChangesAreListedInOneLine() {
        ConfigChange change = change(BEFORE, """
                threads = 4
                max_connections = 10
                buffer_memory = "1GiB"
                drain_timeout = "1s"
                drain_delay = "1s"
                access_log = "off"
                [admin]
                listen_addr = "127.0.0.1:9901"
                [listeners.web]
                listen_addr = ["127.0.0.1:8081", "127.0.0.1:8084"]
                pool = "api"
                max_connections = 1
                idle_timeout = "1s"
                half_closed_timeout = "1s"
                drain_timeout = "2s"
                keepalive = "off"
                abort_on_close = true
                [listeners.admin]
                listen_addr = "127.0.0.1:8083"
                pool = "web"
                [pools.web]
                backends = ["127.0.0.1:9000", "127.0.0.1:9002", { name = "app", address = "app:9001", weight = 2 }]
                load_balancer = "hash"
                health_check = "http"
                connect_timeout = "1s"
                connect_attempts = 1
                when_all_down = "try-all"
                on_backend_down = "close"
                keepalive = { idle = "1s" }
                [pools.api]
                backends = ["127.0.0.1:9000"]
                """);

        assertThat(change.isEmpty()).isFalse();
        assertThat(change).hasToString("settings: max_connections, drain_timeout, drain_delay, access_log, admin; "
                + "listeners: +admin -old ~web (+127.0.0.1:8084, -127.0.0.1:8082, pool, max_connections, idle_timeout, "
                + "half_closed_timeout, drain_timeout, keepalive, abort_on_close); "
                + "pools: +api -old ~web (+127.0.0.1:9002, -127.0.0.1:9001, ~app (address, weight), load_balancer, "
                + "health_check, connect_timeout, connect_attempts, when_all_down, on_backend_down, "
                + "keepalive); "
                + "restart needed for: threads, buffer_memory");
    }

    @Test
    void unchangedPartsAreOmitted() {
        ConfigChange change = change(BEFORE, BEFORE.replace("threads = 2", "threads = 3"));

        assertThat(change.needsRestart()).isEqualTo(List.of("threads"));
        assertThat(change).hasToString("restart needed for: threads");
    }

    @Test
    void pluginSettingsAreCompared() {
        ConfigChange change = change(BEFORE,
                BEFORE.replace("\"round-robin\"", "{ provider = \"round-robin\", key = 1 }"));

        assertThat(change).hasToString("pools: ~web (load_balancer)");
    }

    @Test
    void settingsOfTlsAreComparedWithoutTheirPlaces() {
        String tls = BEFORE + """
                tls = { key_file = "a.key", cert_file = "a.pem" }
                [listeners.web.tls]
                certificates = [{ store_file = "a.p12", password_file = "a.pw" }]
                """;

        assertThat(change(tls, "# moved by a line\n" + tls).isEmpty()).isTrue();
        assertThat(change(BEFORE, tls)).hasToString("listeners: ~web (tls); pools: ~old (tls)");
        assertThat(change(tls, tls.replace("a.key", "b.key").replace("a.pw", "b.pw")))
                .hasToString("listeners: ~web (tls); pools: ~old (tls)");
        assertThat(change(tls, tls.replace("[listeners.web.tls]",
                "health_check = { tls = \"off\" }\n[listeners.web.tls]")))
                .hasToString("pools: ~old (health_check)");
    }

    @Test
    void settingsOfTheProcessNeedARestart() {
        assertThat(change(BEFORE,
                "tls_handshakes = 5\ntls_provider = \"Conscrypt\"\ncontrol_socket = \"off\"\n" + BEFORE))
                .hasToString("restart needed for: tls_handshakes, tls_provider, control_socket");
    }

    @Test
    void orderOfBackendsIsCompared() {
        ConfigChange change = change(BEFORE,
                BEFORE.replace("\"127.0.0.1:9000\", \"127.0.0.1:9001\"", "\"127.0.0.1:9001\", \"127.0.0.1:9000\""));

        assertThat(change).hasToString("pools: ~web (order of backends)");
    }

    @Test
    void manyChangedBackendsAreCounted() {
        String many = IntStream.range(0, 5_000).mapToObj(i -> "\"10.0." + i / 250 + "." + i % 250 + ":9000\"")
                .collect(Collectors.joining(", "));
        ConfigChange change = change(BEFORE, BEFORE
                .replace("\"127.0.0.1:9000\", \"127.0.0.1:9001\", {", many + ", {")
                .replace("\"round-robin\"", "\"hash\""));

        assertThat(change).hasToString("pools: ~web (+10.0.0.0:9000, +10.0.0.1:9000, +10.0.0.2:9000, +10.0.0.3:9000, "
                + "+10.0.0.4:9000, +10.0.0.5:9000, +10.0.0.6:9000, +10.0.0.7:9000, +10.0.0.8:9000, +10.0.0.9:9000, "
                + "and 4992 more, load_balancer)");
    }

    @Test
    void manyChangedPoolsAreCounted() {
        String many = IntStream.range(0, 5_000).mapToObj(i -> "[pools.p" + i + "]\nbackends = [\"10.0.0.1:9000\"]\n")
                .collect(Collectors.joining());

        assertThat(change(BEFORE, BEFORE + many)).hasToString(
                "pools: +p0 +p1 +p2 +p3 +p4 +p5 +p6 +p7 +p8 +p9 and 4990 more");
    }

    private static ConfigChange change(String before, String after) {
        return ConfigChange.between(read(before), read(after));
    }

    private static ProxyConfig read(String toml) {
        Problems problems = new Problems();
        ProxyConfig config = ConfigReader.read(TreeFixture.tree(toml), problems);
        problems.throwIfAny();
        return config;
    }
}

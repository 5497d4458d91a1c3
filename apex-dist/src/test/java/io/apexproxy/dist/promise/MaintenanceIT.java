package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that a backend in maintenance gets nothing and loses its sessions, and that reload and restart keep it so. */
class MaintenanceIT extends Scenario {

    private static final int CHANGES = 1_000;

    private static Config config(TestServer first, TestServer second, String state) {
        Config plain = Config.withBackends();
        return new Config("drain_timeout = \"1s\"\noverrides = \"overrides.toml\"", plain.listener(), "",
                plain.health(), List.of("{ address = \"%s\", name = \"app1\"%s }".formatted(first.address(), state),
                        "{ address = \"%s\", name = \"app2\" }".formatted(second.address())),
                "");
    }

    private Path overrides() {
        return apex.configFile().resolveSibling("overrides.toml");
    }

    private void override(String toml) throws IOException {
        Path next = Files.writeString(overrides().resolveSibling("next"), toml);
        Files.move(next, overrides(), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String maintenance(String backend) {
        return "[pools.web.backends." + backend + "]\nstate = \"maintenance\"\n";
    }

    private static void awaitState(Proxy proxy, String backend, String state) {
        // the admin endpoint opens before the pool has its backends
        eventually(() -> proxy.admin().metrics()
                .getOrDefault("apex_backend_state{backend=\"%s\",pool=\"web\",state=\"%s\"}".formatted(backend, state),
                        0.0)
                == 1);
    }

    @Test
    @Tag(QUICK)
    void sessionsEndAtTheDeadlineAndProbesStop() {
        try (var first = TestServer.echo(); var second = TestServer.echo();
                var proxy = start(config(first, second, ", weight = 256"))) {
            awaitState(proxy, "app1", "up");
            try (var client = proxy.client()) {
                assertThat(client.echo("hello")).isEqualTo("hello");
                assertThat(proxy.backend("app1", "connections_active")).isEqualTo(1);

                proxy.change(config(first, second, ", state = \"maintenance\""));

                assertThat(client.echo("still")).isEqualTo("still");
                assertThat(client.read(1)).isEmpty();
            }
            proxy.awaitLine("pools.web: app1 in maintenance: no new connections and no probes; "
                    + "its 1 connections end within 1s");
            assertThat(proxy.awaitCause("maintenance")).contains("backend=app1");
            double connected = proxy.backend("app1", "connections_total");
            double probes = proxy.metric("apex_health_probe_seconds_count{backend=\"app1\",pool=\"web\"}");
            try (var load = Load.on(proxy.port(), 2)) {
                eventually(() -> load.served() > 100);
                assertThat(load.failures()).isEmpty();
            }
            assertThat(proxy.backend("app1", "connections_total")).isEqualTo(connected);
            assertThat(proxy.metric("apex_health_probe_seconds_count{backend=\"app1\",pool=\"web\"}"))
                    .isEqualTo(probes);
            assertThat(proxy.metric("apex_backend_up{backend=\"app1\",pool=\"web\"}")).isZero();

            proxy.change(config(first, second, ""));
            awaitState(proxy, "app1", "up");
        }
    }

    @Test
    @Tag(QUICK)
    void overridesSurviveReloadAndRestart() throws IOException {
        try (var first = TestServer.echo(); var second = TestServer.echo()) {
            Config config = config(first, second, "");
            try (var proxy = start(config)) {
                awaitState(proxy, "app1", "up");
                override(maintenance("app1"));
                awaitState(proxy, "app1", "maintenance");

                proxy.change(config.pool("connect_timeout = \"5s\""));
                awaitState(proxy, "app1", "maintenance");
            }
            try (var proxy = start(config)) {
                awaitState(proxy, "app1", "maintenance");
                awaitState(proxy, "app2", "up");

                Files.delete(overrides());

                awaitState(proxy, "app1", "up");
            }
        }
    }

    @Test
    @Tag(QUICK)
    void overridesApplyToBackendsOfAnotherSource() throws IOException {
        try (var first = TestServer.echo(); var second = TestServer.echo()) {
            Files.writeString(apex.configFile().resolveSibling("traffic.toml"), """
                    [listeners.web]
                    listen_addr = "127.0.0.1:0"
                    pool = "web"
                    [pools.web]
                    backends = [{ address = "%s", name = "app1" }, { address = "%s", name = "app2" }]
                    health_check = { provider = "tcp", interval = "200ms" }
                    """.formatted(first.address(), second.address()));
            override(maintenance("app1"));
            apex.configure("""
                    overrides = "overrides.toml"
                    config_source = { provider = "toml", path = "traffic.toml" }
                    [admin]
                    listen_addr = "127.0.0.1:0"
                    """);
            try (var proxy = new Proxy(apex, apex.start())) {
                proxy.port();
                awaitState(proxy, "app1", "maintenance");
                awaitState(proxy, "app2", "up");

                override(maintenance("app2"));

                awaitState(proxy, "app1", "up");
                awaitState(proxy, "app2", "maintenance");
            }
        }
    }

    @Test
    @Tag(QUICK)
    void mistakeInTheOverridesKeepsThoseInForce() throws IOException {
        try (var first = TestServer.echo(); var second = TestServer.echo();
                var proxy = start(config(first, second, ""))) {
            override(maintenance("app1"));
            awaitState(proxy, "app1", "maintenance");

            override("[pools.web.backends.app2]\nstate = \"off\"\n");
            proxy.awaitLine("ERROR apex: Configuration not changed, the previous one stays in force: "
                    + "overrides.toml:2:9: pools.web.backends.app2.state: "
                    + "expected \"active\" or \"maintenance\", found \"off\"");
            awaitState(proxy, "app1", "maintenance");
            proxy.change(config(first, second, "").pool("connect_timeout = \"5s\"")); // the other file still applies
            awaitState(proxy, "app1", "maintenance");

            override(maintenance("app9"));
            proxy.awaitLine("WARN  apex: overrides.toml:1:1: pools.web.backends.app9: no such backend in the "
                    + "configuration; the entry has no effect");
            awaitState(proxy, "app1", "up");
        }
    }

    @Test
    void thousandChangesInARowUnderLoadFailNoConnection() throws Exception {
        try (var first = TestServer.echo(); var second = TestServer.echo();
                var proxy = start(config(first, second, ""))) {
            awaitState(proxy, "app1", "up");
            awaitState(proxy, "app2", "up");
            try (var load = Load.on(proxy.port(), 4)) {
                var pause = new CountDownLatch(1);
                for (int i = 0; i < CHANGES; i++) {
                    override("[pools.web.backends.app%d]\nweight = %d\n".formatted(1 + i % 2, i % 3));
                    pause.await(10, TimeUnit.MILLISECONDS); // so that many of the changes are seen
                }
                override(maintenance("app2"));
                awaitState(proxy, "app2", "maintenance");
                long served = load.served();
                eventually(() -> load.served() > served + 100);

                assertThat(load.failures()).isEmpty();
            }
            assertThat(proxy.logged("Configuration changed")).isGreaterThan(5);
            assertThat(proxy.lines("ERROR")).isEmpty();
        }
    }
}

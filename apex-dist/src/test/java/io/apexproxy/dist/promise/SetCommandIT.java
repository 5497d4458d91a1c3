package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests of {@code apex set} on a running proxy. */
class SetCommandIT extends Scenario {

    private static final int COMMANDS = 50;
    private static final String MAINTENANCE = "state = \"maintenance\"";

    @AutoClose
    private final TestServer first = TestServer.echo();
    @AutoClose
    private final TestServer second = TestServer.echo();

    private Config config(String settings) {
        Config plain = Config.withBackends();
        return new Config("drain_timeout = \"1s\"\ncontrol_socket = \"" + directory.resolve("s") + "\"\n" + settings,
                plain.listener(), "", plain.health(),
                List.of("{ address = \"%s\", name = \"app1\" }".formatted(first.address()),
                        "{ address = \"%s\", name = \"app2\" }".formatted(second.address())),
                "");
    }

    private Config withOverrides() {
        return config("overrides = \"overrides.toml\"");
    }

    private Path overrides() {
        return apex.configFile().resolveSibling("overrides.toml");
    }

    private String set(String... arguments) {
        try (ApexProcess run = command(arguments)) {
            assertThat(run.exitStatus()).as("%s", run).isZero();
            assertThat(run.errors()).isEmpty();
            return run.completeOutput();
        }
    }

    private String fails(int status, String... arguments) {
        try (ApexProcess run = command(arguments)) {
            assertThat(run.exitStatus()).as("%s", run).isEqualTo(status);
            return run.errors();
        }
    }

    private ApexProcess command(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "set";
        all[1] = "--config";
        all[2] = apex.configFile().toString();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return apex.start(all);
    }

    private static void awaitAllUp(Proxy proxy) {
        eventually(() -> proxy.admin().backendsUp().equals(List.of(true, true)));
    }

    @Test
    @Tag(QUICK)
    void commandChangesTheRunningProcessAndTheFile() throws IOException {
        try (var proxy = start(withOverrides())) {
            awaitAllUp(proxy);
            assertThat(set("--list")).isEmpty();

            assertThat(set("web/app1", "maintenance")).isEqualTo("web/app1: maintenance, weight 1, 0 open connections");
            assertThat(set("web/app2", "weight=7")).isEqualTo("web/app2: up, weight 7, 0 open connections");

            assertThat(set("--list")).isEqualTo("web/app1 maintenance\nweb/app2 weight=7");
            assertThat(Files.readString(overrides())).matches("""
                    # \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ \\S+: apex set web/app1 maintenance
                    \\[pools\\.web\\.backends\\.app1]
                    state = "maintenance"

                    # \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ \\S+: apex set web/app2 weight=7
                    \\[pools\\.web\\.backends\\.app2]
                    weight = 7
                    """);
            proxy.awaitLine("Configuration changed: pools: ~web (~app1 (state))");

            set("web/app1", "--clear");
            set("web/app2", "--clear");
            assertThat(set("--list")).isEmpty();
            awaitAllUp(proxy);
            assertThat(proxy.lines("ERROR")).isEmpty();
        }
    }

    @Test
    @Tag(QUICK)
    void ownerModeAndLinkOfTheFileStay() throws IOException {
        Path target = Files.writeString(directory.resolve("elsewhere.toml"), "# by hand\n", StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r-----"));
        try (var proxy = start(withOverrides())) {
            awaitAllUp(proxy);
            Files.createSymbolicLink(overrides(), target);

            set("web/app1", "maintenance");

            assertThat(Files.isSymbolicLink(overrides())).isTrue();
            assertThat(Files.readString(target)).startsWith("# by hand\n").contains(MAINTENANCE);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target))).isEqualTo("rw-r-----");
        }
    }

    @Test
    @Tag(QUICK)
    void mistakesOfTheUserChangeNothing() throws IOException {
        try (var proxy = start(withOverrides())) {
            awaitAllUp(proxy);

            assertThat(fails(1, "web/app3", "maintenance")).contains("no backend 'web/app3'", "available: web/app1");
            assertThat(fails(2, "app1", "maintenance")).contains("expected POOL/BACKEND, found 'app1'");
            assertThat(fails(2, "web/app1", "weight=257")).contains("N from 0 to 256");
            assertThat(fails(2, "web/app1", "off")).contains("expected maintenance, active, weight=N");
            assertThat(overrides()).doesNotExist();

            Files.writeString(overrides(), "[pools.web.backends.app1]\nstate = \"off\"\n");
            assertThat(fails(78, "web/app2", "maintenance")).contains("overrides.toml:2:9: ", "found \"off\"");
            Files.writeString(overrides(), "pools.web.backends.app1 = { weight = 2 }\n");
            assertThat(fails(1, "web/app1", "maintenance"))
                    .contains("written in a form that this command does not change",
                            "below a header [pools.web.backends.app1]");
            assertThat(Files.readString(overrides())).isEqualTo("pools.web.backends.app1 = { weight = 2 }\n");
        }
    }

    @Test
    @Tag(QUICK)
    void configurationWithoutTheKeyIsExplained() {
        apex.configure(config("").toml());

        assertThat(fails(1, "web/app1", "maintenance")).contains("names no file for states and weights",
                "overrides = \"overrides.toml\"");
    }

    @Test
    @Tag(QUICK)
    void fileIsWrittenForTheNextStartIfNoProcessRuns() throws IOException {
        apex.configure(withOverrides().toml());

        fails(2, "web/app1", "maintenance");

        assertThat(Files.readString(overrides())).contains(MAINTENANCE);
        try (var proxy = start(withOverrides())) {
            eventually(() -> proxy.admin().backendsUp().equals(List.of(false, true)));
            assertThat(proxy.admin().get("/status").body()).contains("\"state\":\"maintenance\"");
        }
    }

    @Test
    void fiftyCommandsUnderLoadFailNoConnection() {
        try (var proxy = start(withOverrides())) {
            awaitAllUp(proxy);
            try (var load = Load.on(proxy.port(), 2)) {
                for (int i = 0; i < COMMANDS; i++) {
                    set("web/app" + (1 + i / 2 % 2), i % 2 == 0 ? "maintenance" : "--clear");
                    if (i == COMMANDS / 2) {
                        proxy.process().signal("HUP");
                    }
                }

                assertThat(load.served()).isPositive();
                assertThat(load.failures()).isEmpty();
            }
            assertThat(proxy.lines("ERROR")).isEmpty();
        }
    }
}

package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.PluginJar;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of starts that fail. The error message contains the cause, the origin and a hint. The exit status is 78 for an
 * invalid configuration, 2 for invalid arguments and 1 otherwise, so that a supervisor can decide about a restart.
 */
class RefusedStartIT extends Scenario {

    private static final int FAILURE = 1;
    private static final int USAGE = 2;
    private static final int CONFIGURATION = 78;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            an empty file       | ``                                              | config.toml      | backend_addrs
            a syntax error      | backend_addrs = [                               | config.toml:1:   | ]
            an unknown key      | backend_adrs = ["127.0.0.1:9000"]               | config.toml:1:1  | backend_addrs
            a wrong type        | backend_addrs = 5                               | config.toml:1:17 | 5
            a malformed address | backend_addrs = ["127.0.0.1"]                   | config.toml:1:18 | 127.0.0.1
            a port out of range | backend_addrs = ["127.0.0.1:70000"]             | config.toml:1:18 | 70000
            a duplicate backend | backend_addrs = ["b:1", "b:1"]                  | config.toml:1:25 | b:1
            an unknown balancer | load_balancer = "lest"; backend_addrs = ["b:1"] | config.toml:1:17 | round-robin
            an unknown check    | health_check = "tpc"; backend_addrs = ["b:1"]   | config.toml:1:16 | tcp
            an unknown source   | config_source = "tmol"                          | config.toml:1:17 | toml
            """)
    void errorIsReportedWithOriginAndHint(String mistake, String toml, String place, String wayOut) {
        apex.configure(toml.replace("; ", "\n"));

        try (var run = apex.start()) {
            assertThat(run.errors()).contains(place).contains(wayOut).doesNotContain("Exception");
            assertThat(run.exitStatus()).isEqualTo(CONFIGURATION);
        }
    }

    @Test
    @Tag(QUICK)
    void allErrorsAreReportedAtOnceByRunAndCheck() {
        apex.configure("""
                backend_addrs = ["127.0.0.1:0x50"]
                listen_addr = true
                drain_timeout = 30
                """);

        try (var run = apex.start(); var check = apex.start("check")) {
            assertThat(run.errors().lines())
                    .hasSize(3)
                    .anyMatch(line -> line.contains("config.toml:1:18: "))
                    .anyMatch(line -> line.contains("config.toml:2:15: "))
                    .anyMatch(line -> line.contains("config.toml:3:17: "));
            assertThat(check.errors()).isEqualTo(run.errors());
            assertThat(check.exitStatus()).isEqualTo(CONFIGURATION);
        }
    }

    @Test
    void missingConfigurationIsReportedWithPathsAndAnExample() throws IOException {
        Files.delete(apex.home().resolve("conf/config.toml"));

        try (var run = apex.start()) {
            assertThat(run.errors())
                    .contains(apex.configFile().toString())
                    .contains(apex.home().resolve("conf/config.toml").toString())
                    .contains("backend_addrs = [\"127.0.0.1:9000\", \"127.0.0.1:9001\"]");
            assertThat(run.exitStatus()).isEqualTo(CONFIGURATION);
        }
    }

    @Test
    void missingFileOfTheConfigOptionIsAnError() {
        try (var run = apex.start("--config", "missing.toml")) {
            assertThat(run.errors()).isEqualTo("--config: no such file: missing.toml");
            assertThat(run.exitStatus()).isEqualTo(CONFIGURATION);
        }
    }

    @Test
    @Tag(QUICK)
    void addressInUseIsReportedWithItsListener() throws IOException {
        try (var other = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + other.getLocalPort();
            apex.configure("listen_addr = \"%s\"%nbackend_addrs = [\"127.0.0.1:9000\"]%n".formatted(address));

            try (var run = apex.start()) {
                assertThat(run.errors())
                        .contains("config.toml:1:15: listen_addr: " + address + " is in use by another process");
                assertThat(run.exitStatus()).isEqualTo(FAILURE);
            }
        }
    }

    @Test
    void foreignAddressIsReportedWithItsListener() {
        apex.configure("listen_addr = \"192.0.2.1:8081\"\nbackend_addrs = [\"127.0.0.1:9000\"]\n");

        try (var run = apex.start()) {
            assertThat(run.errors())
                    .contains("config.toml:1:15: listen_addr: 192.0.2.1:8081 is not an address of this machine: ");
            assertThat(run.exitStatus()).isEqualTo(FAILURE);
        }
    }

    @Test
    @Tag(QUICK)
    void secondStartOnTheSameAddressFailsAndTheFirstContinues() {
        int port = FreePorts.next();
        try (var backend = HttpBackend.started();
                var first = start(Config.withBackends(backend.address()).port(port))) {
            assertThat(first.port()).isEqualTo(port);

            try (var second = apex.start()) {
                assertThat(second.errors())
                        .endsWith(": listeners.web.listen_addr: 127.0.0.1:" + port + " is in use by another process")
                        .contains("config.toml:");
                assertThat(second.exitStatus()).isEqualTo(FAILURE);
            }

            for (int i = 0; i < 10; i++) { // the kernel distributes them among the event loops
                assertThat(Http.get(port)).contains(backend.address());
            }
        }
    }

    @Test
    @Tag(QUICK)
    void selectedInvalidPluginIsReportedWithItsCauseAndAlternatives() {
        PluginJar.module("com.example.good", "good").writeTo(apex.home().resolve("plugins/good.jar"));
        PluginJar.module("com.example.broken", "broken")
                .provider("broken", "public Plugin() { throw new IllegalStateException(\"no licence found\"); }")
                .writeTo(apex.home().resolve("plugins/broken.jar"));
        apex.configure("backend_addrs = [\"127.0.0.1:9000\"]\nload_balancer = \"broken\"\n");

        try (var run = apex.start()) {
            assertThat(run.errors().lines()).singleElement().asString()
                    .contains("config.toml:2:17: load_balancer: no provider 'broken'; available: round-robin, ")
                    .contains("good (plugins/good.jar)")
                    .contains("plugins/broken.jar: ").contains("no licence found");
            assertThat(run.exitStatus()).isEqualTo(CONFIGURATION);
        }
    }

    @Test
    void selectedPluginThatFailsToStartIsReported() {
        PluginJar.module("com.example.broken", "broken").source("Plugin", """
                public final class Plugin implements io.apexproxy.api.balance.LoadBalancerProvider {
                    public String name() { return "broken"; }
                    public io.apexproxy.api.balance.LoadBalancer create(
                            io.apexproxy.api.Settings settings, io.apexproxy.api.PluginContext context) {
                        throw new IllegalStateException("no licence found");
                    }
                }
                """).writeTo(apex.home().resolve("plugins/broken.jar"));
        apex.configure("backend_addrs = [\"127.0.0.1:9000\"]\nload_balancer = \"broken\"\n");

        try (var run = apex.start()) {
            assertThat(run.errors().lines()).singleElement().asString()
                    .contains("config.toml:2:17: load_balancer: ", "plugins/broken.jar", "no licence found");
            assertThat(run.exitStatus()).isEqualTo(CONFIGURATION);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--confg", "chekc", "check --demo", "--config"})
    void invalidArgumentsAreAUsageError(String arguments) {
        try (var run = apex.start(arguments.split(" "))) {
            assertThat(run.errors()).contains("See: apex --help").doesNotContain("Exception");
            assertThat(run.completeOutput()).isEmpty();
            assertThat(run.exitStatus()).isEqualTo(USAGE);
        }
    }
}

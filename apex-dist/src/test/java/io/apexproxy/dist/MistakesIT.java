package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.Distribution;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the user is told of a mistake, and with which status the process ends. */
@DisabledOnOs(OS.WINDOWS)
class MistakesIT {

    private static final int CONFIGURATION = 78;

    @TempDir
    Path directory;

    private Distribution apex;

    @BeforeEach
    void unpack() {
        apex = Distribution.copiedTo(directory);
    }

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
            """)
    void aMistakeInTheFileIsToldWithItsPlaceAndAWayOut(String mistake, String toml, String place, String wayOut) {
        apex.configure(toml.replace("; ", "\n"));

        try (var run = apex.start()) {
            assertThat(run.errors()).contains(place).contains(wayOut).doesNotContain("Exception");
            assertThat(run.exitStatus()).isEqualTo(CONFIGURATION);
        }
    }

    @Test
    void allMistakesAreToldAtOnceAndCheckTellsTheSame() {
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
    void withoutAConfigurationTheUserIsToldWhereItWasLookedForAndTheLeastThatWorks() throws IOException {
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
    void aFileThatWasNamedButIsNotThereIsAMistake() {
        try (var run = apex.start("--config", "missing.toml")) {
            assertThat(run.errors()).isEqualTo("--config: no such file: missing.toml");
            assertThat(run.exitStatus()).isEqualTo(CONFIGURATION);
        }
    }

    @Test
    void anAddressInUseIsNamedWithItsListener() throws IOException {
        try (var other = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + other.getLocalPort();
            apex.configure("listen_addr = \"%s\"%nbackend_addrs = [\"127.0.0.1:9000\"]%n".formatted(address));

            try (var run = apex.start()) {
                assertThat(run.errors()).contains(address + " is in use by another process");
                assertThat(run.exitStatus()).isEqualTo(1);
            }
        }
    }

    @Test
    void checkFindsNoMistakeInAGoodFileAndOpensNothing() throws IOException {
        try (var other = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            apex.configure("listen_addr = \"127.0.0.1:%d\"%nbackend_addrs = [\"127.0.0.1:9000\"]%n"
                    .formatted(other.getLocalPort()));

            try (var check = apex.start("check")) {
                assertThat(check.errors()).isEmpty();
                assertThat(check.completeOutput()).contains("config.toml: no mistakes found");
                assertThat(check.exitStatus()).isZero();
            }
        }
    }

    @Test
    void aPoolWithoutBackendsIsNoMistakeButWorthAWarning() {
        apex.configure("""
                [listeners.web]
                listen_addr = "127.0.0.1:0"
                pool = "web"
                [pools.web]
                backends = []
                """);

        try (var check = apex.start("check")) {
            assertThat(check.completeOutput()).containsSubsequence(
                    "WARN  apex: pools.web: no backends", "config.toml: no mistakes found");
            assertThat(check.exitStatus()).isZero();
        }
    }

    @Test
    void theConfigurationThatIsShippedHasNoMistake() {
        try (var check = apex.start("check")) {
            assertThat(check.errors()).isEmpty();
            assertThat(check.completeOutput()).contains("conf/config.toml");
            assertThat(check.exitStatus()).isZero();
        }
    }
}

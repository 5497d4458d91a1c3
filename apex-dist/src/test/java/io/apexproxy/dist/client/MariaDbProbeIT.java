package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Namespaces;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests of health checks with MariaDB, which counts connections without a login as errors of their host, and blocks a
 * host with too many of them.
 *
 * <p>MariaDB never blocks 127.0.0.1. So most tests run both processes in a network of their own with another address
 * that has a name. The client connects to a Unix-domain socket of Apex, which works across network namespaces.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "requires network namespaces and TCP_QUICKACK")
class MariaDbProbeIT {

    private static final int MAX_CONNECT_ERRORS = 10;
    private static final String ADDRESS = "192.0.2.1";
    private static final String PORT = "3306";
    private static final String ADMIN = "127.0.0.1:9901";

    @TempDir
    private Path directory;

    /** The number of errors is below the limit, not 0: an acknowledgement is deferred by at most 200 ms. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "provider = \"tcp\"                     | 1000 | 0",
        "provider = \"mysql\", user = \"check\" | 200  | 0",
        "provider = \"mysql\"                   | 200  | 200",
    })
    void probesDoNotBlockTheProxy(String check, int probes, int aborted) throws IOException {
        List<String> network = network();
        try (var server = MariaDbServer.started(newDirectory("server"), network, "--bind-address=" + ADDRESS,
                "--port=" + PORT, "--max-connect-errors=" + MAX_CONNECT_ERRORS);
                var apex = startIn(server, distribution(), check)) {
            apex.awaitLine(" => alive: true");
            await().atMost(ApexProcess.PATIENCE.multipliedBy(2)).until(() -> probes(server) >= probes);

            int errors = server.abortedConnects();

            assertThat(server.askOver(listener()).output()).isEqualTo("served");
            assertThat(errors).isBetween(aborted, aborted == 0 ? MAX_CONNECT_ERRORS - 1 : Integer.MAX_VALUE);
            assertThat(apex.output()).noneMatch(line -> line.contains("alive: false"));
        }
    }

    @Test
    void probesWithoutResetBlockTheProxyAndTheMysqlCheckReportsIt() throws IOException {
        List<String> network = network();
        Distribution distribution = distribution();
        try (var server = MariaDbServer.started(newDirectory("server"), network, "--bind-address=" + ADDRESS,
                "--port=" + PORT, "--max-connect-errors=" + MAX_CONNECT_ERRORS);
                var apex = startIn(server, distribution, "provider = \"tcp\", reset = false")) {
            apex.awaitLine(" => alive: true");
            await().atMost(ApexProcess.PATIENCE).until(() -> server.abortedConnects() >= 3 * MAX_CONNECT_ERRORS);

            assertThat(server.askOver(listener()).output()).contains("is blocked because of many connection errors");

            distribution.configure(config("provider = \"mysql\"", ADDRESS + ":" + PORT));
            assertThat(apex.awaitLine(" => alive: false ")).contains("(MySQL error 1129 Host '" + ADDRESS
                    + "' is blocked because of many connection errors");
        }
    }

    @Test
    void plainProbesAreNotCountedOnLoopback() throws IOException {
        int port = FreePorts.next();
        Distribution distribution = distribution();
        distribution.configure(config("provider = \"tcp\"", "127.0.0.1:" + port));
        try (var server = MariaDbServer.started(newDirectory("server"), List.of(), "--bind-address=127.0.0.1",
                "--port=" + port); var apex = distribution.start()) {
            apex.awaitLine(" => alive: true");
            assertThat(server.askOver(listener()).output()).isEqualTo("served");
            int before = server.abortedConnects();
            distribution.configure(config("provider = \"tcp\", reset = false", "127.0.0.1:" + port));

            await().atMost(ApexProcess.PATIENCE).until(() -> server.abortedConnects() >= before + 25);

            assertThat(before).isLessThan(MAX_CONNECT_ERRORS);
        }
    }

    private Path newDirectory(String name) throws IOException {
        return Files.createDirectory(directory.resolve(name));
    }

    private Path listener() {
        return directory.resolve("apex.sock");
    }

    private Distribution distribution() throws IOException {
        var distribution = Distribution.copiedTo(directory);
        Path plugin = Path.of("apex-health-database.jar");
        Files.copy(distribution.home().resolve("contrib").resolve(plugin),
                distribution.home().resolve("plugins").resolve(plugin));
        return distribution;
    }

    private String config(String check, String address) {
        return """
                [admin]
                listen_addr = "%s"
                [listeners.db]
                listen_addr = "unix:%s"
                pool = "db"
                [pools.db]
                backends = ["%s"]
                health_check = { interval = "5ms", %s }
                """.formatted(address.startsWith(ADDRESS) ? ADMIN : "127.0.0.1:0", listener(), address, check);
    }

    /** Returns a command for a program in a network of its own; skips the test if the system does not permit it. */
    private List<String> network() throws IOException {
        Path hosts = Files.writeString(directory.resolve("hosts"), ADDRESS + " proxy.example\n127.0.0.1 localhost\n");
        List<String> network = Namespaces.withNetworkAndMounts("""
                ip link set lo up
                ip address add %s/24 dev lo
                mount --bind %s /etc/hosts""".formatted(ADDRESS, Namespaces.quoted(hosts)));
        assumeThat(Namespaces.isPossible(network)).as("unshare (util-linux) and ip (iproute2) make networks").isTrue();
        Program.named("curl", "curl");
        return network;
    }

    private ApexProcess startIn(MariaDbServer server, Distribution distribution, String check) {
        distribution.configure(config(check, ADDRESS + ":" + PORT));
        return new ApexProcess.Builder(Stream.concat(Namespaces.of(server.process().pid()).stream(),
                Stream.of(distribution.script().toString())).toList())
                .directory(distribution.workingDirectory()).start();
    }

    private int probes(MariaDbServer server) {
        var curl = new Program(Stream.concat(Namespaces.of(server.process().pid()).stream(), Stream.of("curl"))
                .toList());
        String metrics = curl.run(directory, "--silent", "--show-error", "http://" + ADMIN + "/metrics");
        return Pattern.compile("apex_health_probe_seconds_count\\{.*} (\\d+)").matcher(metrics).results()
                .map((MatchResult match) -> match.group(1)).mapToInt(Integer::parseInt).sum();
    }
}

package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of a proxy whose listener and backends are options, without a configuration file. */
class WithoutFileIT extends DistributionFixture {

    @AutoClose
    private final HttpBackend first = HttpBackend.started();
    @AutoClose
    private final HttpBackend second = HttpBackend.started();

    @Test
    void optionsAreTheConfiguration() {
        int port = FreePorts.next();
        // a file that would be used otherwise
        apex.configure("backend_addrs = 7\n");
        try (var proxy = apex.start("--listen", ":" + port, "--backend", first.address(), "--backend",
                second.address())) {
            proxy.awaitLine("Configuration: command line");
            proxy.awaitLine("Proxy listening on 0.0.0.0:" + port);
            assertThat(Stream.generate(() -> Http.get(port).orElse("cut")).limit(4)).containsExactlyInAnyOrder(
                    first.address(), first.address(), second.address(), second.address());
            try (var status = apex.start("status")) {
                assertThat(status.completeOutput()).contains("2 of 2");
                assertThat(status.exitStatus()).isZero();
            }

            proxy.signal("HUP");
            proxy.awaitLine("Configuration read again: nothing changed");

            assertThat(Http.get(port)).isPresent();
            assertThat(proxy.terminate()).isEmpty();
        }
    }

    @Test
    void listenerHasItsDefaultAddress() {
        try (var run = apex.start("run", "--backend=" + first.address())) {
            run.awaitLine("Listeners: default on 127.0.0.1:8081 to pool default");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            78 | --backend=nowhere                       | --backend: backend_addrs[0]: expected an address such as
            78 | --listen=8081 --backend=a:1             | --listen: listen_addr: expected an address such as
             2 | --listen=:0                             | --listen needs a backend: add --backend HOST:PORT
             2 | --backend=a:1 --config=config.toml      | --backend cannot be combined with --config
             2 | --backend=a:1 --demo                    | --backend cannot be combined with --demo
             2 | --listen=:0 --backend=a:1 --takeover=1  | --backend cannot be combined with --takeover
             2 | --listen=:0 --listen=:1 --backend=a:1   | --listen
             2 | check --backend=a:1                     | --backend
            """)
    void mistakesAreExplained(int status, String arguments, String message) throws Exception {
        Files.createFile(apex.configFile());
        try (ApexProcess run = apex.start(List.of(arguments.split(" ")).toArray(String[]::new))) {
            assertThat(run.errors()).contains(message);
            assertThat(run.exitStatus()).isEqualTo(status);
            assertThat(run.output()).noneMatch(line -> line.contains("Demo"));
        }
    }
}

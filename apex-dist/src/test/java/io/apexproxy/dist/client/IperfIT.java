package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests with iperf3, which uses a control connection and parallel bulk connections. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IperfIT {

    /** Far more than all buffers on the path hold, so that most bytes arrive before the end of the stream. */
    private static final String BYTES = "200M";

    private Path directory;
    private ProxiedServer server;
    private Program iperf;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        iperf = Program.named("iperf3", "iperf3");
        Path working = Files.createDirectory(directory.resolve("server"));
        int port = FreePorts.next();
        // with --bidir, the server gives each stream its direction by the order in which it accepts them
        server = ProxiedServer.startedBehindOneLoop(iperf, working, port, "--server", "--bind", "127.0.0.1",
                "--port", Integer.toString(port));
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--reverse", "--parallel=4", "--bidir"})
    void iperfTransfersAllBytes(String option) {
        String report = iperf.run(directory, Stream.of("--client", "127.0.0.1", "--port", server.port(), "--json",
                "--bytes", BYTES, option).filter(each -> !each.isEmpty()).toArray(String[]::new));

        assertThat(report).doesNotContain("\"error\"");
        assertThat(bytes(report, "sum_received")).isPositive().isLessThanOrEqualTo(bytes(report, "sum_sent"));
    }

    private static long bytes(String report, String sum) {
        Matcher total = Pattern.compile("\"" + sum + "\":[^}]*\"bytes\":\\s*(\\d+)").matcher(report);
        assertThat(total.find()).as("bytes of %s in %s", sum, report).isTrue();
        return Long.parseLong(total.group(1));
    }
}

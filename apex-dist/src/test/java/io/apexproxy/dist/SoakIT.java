package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.test.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests of {@code src/bench/compare --soak}: a short soak of Apex passes, and one of a relay with faults fails. */
@EnabledOnOs(OS.LINUX)
@Tag(Distribution.ALONE)
class SoakIT {

    private static final Path BENCH = Path.of("src/bench").toAbsolutePath();
    /** Far more than a soak of some seconds takes with the end of its connections. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String SECONDS_10 = "0.17";
    private static final String SECONDS_4 = "0.07";

    @TempDir
    private Path directory;

    @BeforeEach
    void requirePython() {
        assumeThat(Programs.isInstalled("python3")).as("python3 is installed").isTrue();
    }

    /** It contains reloads, a takeover, a stopped backend and a lack of descriptors. */
    @Test
    void apexPassesAndTheResultIsContinued() {
        List<String> soak = List.of("--apex", Distribution.built().toString(), "--resume",
                directory.resolve("soak.json").toString(), "--minutes", SECONDS_10);

        assertThat(compare(0, soak)).contains("apex: passed").containsPattern("\\| apex +\\| +0\\.2 \\|");
        // nothing is left to do, but the report is complete
        assertThat(compare(0, soak)).contains("apex: passed").containsPattern("\\| apex +\\| +0\\.2 \\|");
    }

    @Test
    void faultOfARelayIsFound() {
        String relay = "relay=python3 '" + BENCH.resolve("faulty_relay.py") + "' {listen} {backend} flip";

        assertThat(compare(1, List.of("--proxy", relay, "--without", "apex", "--only", "relay", "--minutes",
                SECONDS_4))).containsPattern("- relay: \\*\\*failed\\*\\*: \\d+ connections with wrong bytes");
    }

    private String compare(int status, List<String> arguments) {
        List<String> command = Stream.concat(Stream.of("python3", BENCH.resolve("compare").toString(), "--soak"),
                arguments.stream()).toList();
        try (var soak = new ApexProcess.Builder(command).directory(directory).start()) {
            try {
                Awaitility.await().atMost(PATIENCE).until(() -> !soak.isAlive());
            } finally {
                if (soak.isAlive()) {
                    soak.signal("TERM"); // also ends its processes
                }
            }
            assertThat(soak.exitStatus()).as(soak.toString()).isEqualTo(status);
            return soak.completeOutput();
        }
    }
}

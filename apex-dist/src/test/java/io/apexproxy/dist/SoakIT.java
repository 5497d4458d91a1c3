package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.apexproxy.dist.client.Program;
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
    void requirePrograms() {
        for (String program : List.of("python3", "openssl")) {
            assumeThat(Programs.isInstalled(program)).as(program + " is installed").isTrue();
        }
    }

    /**
     * It contains reloads, new weights, found backends, a takeover, a stopped backend and a lack of descriptors, and
     * connections of each entry.
     */
    @Test
    void apexPassesAndTheResultIsContinued() {
        List<String> soak = List.of("--apex", Distribution.built().toString(), "--resume",
                directory.resolve("soak.json").toString(), "--minutes", SECONDS_10);

        assertThat(compare(0, soak)).contains("apex: passed").containsPattern("\\| apex +\\| +0\\.2 \\|")
                .containsPattern("\\| apex +(\\| +[\\d,]+ ){9}(\\| +[1-9][\\d,]* ){4}\\|"); // the last four: entries
        // nothing is left to do, but the report is complete
        assertThat(compare(0, soak)).contains("apex: passed").containsPattern("\\| apex +\\| +0\\.2 \\|");
    }

    @Test
    void faultOfARelayIsFound() {
        String relay = "relay=python3 '" + BENCH.resolve("faulty_relay.py") + "' {listen} {backend} flip";

        assertThat(compare(1, List.of("--proxy", relay, "--without", "apex", "--only", "relay", "--minutes",
                SECONDS_4))).containsPattern("- relay: \\*\\*failed\\*\\*: \\d+ connections with wrong bytes");
    }

    /** A backend of the soak compares what the proxy forwards in front of the plan. */
    @Test
    void headerHelloAndRouteOfAnotherConnectionAreFound() {
        String output = Program.named("python3", "python3").run(BENCH, "-B", "-c", """
                from soak_entry import parse, prefix
                from soak_plan import ROUTED, SHORT, NoPlan, Plan

                def first_bytes(number):
                    plan = Plan(number, SHORT, entry=ROUTED)
                    return prefix(plan)[:28], prefix(plan)[28:], plan.encode()

                def found(pool, *parts):
                    try:
                        return str(parse(b"".join(parts), pool))
                    except NoPlan as fault:
                        return str(fault)

                header, hello, plan = first_bytes(1)
                other_header, other_hello, _ = first_bytes(2)
                print(found("routed", header, hello, plan))
                print(found("routed", other_header, hello, plan))
                print(found("routed", header, other_hello, plan))
                print(found("queued", header, hello, plan))
                """);

        assertThat(output.lines()).satisfiesExactly(line -> assertThat(line).isEqualTo("short 1 routed"),
                line -> assertThat(line)
                        .contains("the header has the source ('198.18.0.2', 1026), expected ('198.18.0.1"),
                line -> assertThat(line).contains("another ClientHello"),
                line -> assertThat(line).contains("of the entry routed at a backend of the pool queued"));
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

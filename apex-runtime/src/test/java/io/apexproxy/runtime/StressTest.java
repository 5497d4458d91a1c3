package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jcstress.Main;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * Runs all jcstress tests of this module briefly; {@code CONTRIBUTING.md} says how to run them for longer. Each test
 * has a process of its own. The report is in {@code target/jcstress/report}.
 */
class StressTest {

    private static final Path DIRECTORY = Path.of("target", "jcstress").toAbsolutePath();
    /** Two threads race in each test; on one processor they would take turns. */
    private static final int LEAST_PROCESSORS = 2;
    /** Far more than the run takes on a machine that does nothing else. */
    private static final long LONGEST_RUN_MINUTES = 10;

    @Test
    void noForbiddenOutcomeIsObserved() throws IOException, InterruptedException {
        int processors = Runtime.getRuntime().availableProcessors();
        assumeTrue(processors >= LEAST_PROCESSORS,
                () -> "two threads are to race, and there is one processor only: " + processors);

        Path output = emptyDirectory().resolve("output.txt");
        Process stress = new ProcessBuilder(command()).directory(DIRECTORY.toFile())
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertThat(stress.waitFor(LONGEST_RUN_MINUTES, TimeUnit.MINUTES)).as("the run has ended").isTrue();
        } finally {
            List<ProcessHandle> forks = stress.descendants().toList();
            stress.destroyForcibly();
            forks.forEach(ProcessHandle::destroyForcibly);
        }

        String report = Files.readString(output);
        assertThat(stress.exitValue()).as(report).isZero();
        assertThat(report).contains("Interesting tests: No matches.", "Failed tests: No matches.",
                "Error tests: No matches.",
                "All remaining tests: " + TestList.tests().size() + " matching test results.");
    }

    private static List<String> command() {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), Main.class.getName(),
                "-r", DIRECTORY.resolve("report").toString(),
                // one fork per test and JVM configuration, and one configuration as far as jcstress permits
                "-f", "1", "-iters", "1", "-time", "150", "-sc", "false", "-af", "NONE",
                "-jvmArgs", "-XX:+UseSerialGC",
                // small strides, as jcstress tries each size up to the largest first; threads that give way
                // to each other at the end of a stride, as other processes may use the processors
                "-strideSize", "64", "-strideCount", "16", "-spinStyle", "THREAD_YIELD",
                "-hs", "128", "-pth", "false");
    }

    /** Returns the directory of the run, without the results of earlier runs. */
    private static Path emptyDirectory() throws IOException {
        Files.createDirectories(DIRECTORY);
        try (DirectoryStream<Path> results = Files.newDirectoryStream(DIRECTORY, "jcstress-results-*.bin.gz")) {
            for (Path result : results) {
                Files.delete(result);
            }
        }
        return DIRECTORY;
    }
}

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
 * A short run of all jcstress tests of this module; {@code CONTRIBUTING.md} describes longer runs. Each test runs in a
 * separate process. The report is in {@code target/jcstress/report}.
 */
class StressTest {

    private static final Path DIRECTORY = Path.of("target", "jcstress").toAbsolutePath();
    /** The two threads of a test run concurrently only with two processors. */
    private static final int MIN_PROCESSORS = 2;
    /** Much longer than the run takes on an idle machine. */
    private static final long MAX_RUN_MINUTES = 10;

    @Test
    void noForbiddenOutcomeIsObserved() throws IOException, InterruptedException {
        int processors = Runtime.getRuntime().availableProcessors();
        assumeTrue(processors >= MIN_PROCESSORS,
                () -> "two processors are required, found " + processors);

        Path output = emptyDirectory().resolve("output.txt");
        Process stress = new ProcessBuilder(command()).directory(DIRECTORY.toFile())
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertThat(stress.waitFor(MAX_RUN_MINUTES, TimeUnit.MINUTES)).as("the run has ended").isTrue();
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
                // small strides, because jcstress first tries each size up to the largest; threads that yield
                // at the end of a stride, because other processes can use the processors
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
